// A Karma reporter of few words: each failed test with its error, each skipped one with its reason, then nothing;
// the runner prints the counts. Console output of the page is shown for failed runs only.
module.exports = { 'reporter:lines': ['factory', linesReporter] };

linesReporter.$inject = ['formatError', 'config'];

function linesReporter(formatError, config) {
  const logged = [];
  const name = result => [...result.suite, result.description].join(' › ');

  return {
    adapters: [],
    onBrowserLog(browser, text, level) {
      logged.push(`  ${level}: ${text}`);
    },
    onBrowserError(browser, error) {
      console.log(`✗ ${browser.name}: ${formatError(error, '  ')}`);
    },
    onSpecComplete(browser, result) {
      if (config.lines.verbose) console.log(`${result.success ? '✓' : '·'} ${name(result)} (${result.time} ms)`);
      if (result.skipped) console.log(`- ${name(result)}`);
      else if (!result.success) console.log(`✗ ${name(result)}\n${result.log.map(error => formatError(error, '    ')).join('')}`);
    },
    onRunComplete(browsers, results) {
      if (results.exitCode && logged.length) console.log(`The page's console:\n${logged.slice(-50).join('\n')}`);
    },
  };
}
