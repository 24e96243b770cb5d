// How every part of the tests ends: one line of counts, and an exit code that agrees with it.

export const line = ({ passed, failed, skipped = 0 }) =>
  `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;

export const parse = text => {
  const [, passed, failed, skipped = 0] = text.match(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/) ?? [];
  return passed === undefined ? undefined : { passed: +passed, failed: +failed, skipped: +skipped };
};

export const sum = parts => parts.reduce(
  (total, part) => ({
    passed: total.passed + part.passed, failed: total.failed + part.failed, skipped: total.skipped + (part.skipped ?? 0),
  }),
  { passed: 0, failed: 0, skipped: 0 },
);

// Prints the counts of a part, and sets the exit code. A part that ran nothing has failed: a suite that was not found must not look like success.
export function finish(counts) {
  const ran = counts.passed + counts.failed > 0;
  if (!ran) console.log('No test ran.');
  console.log(line(ran ? counts : { ...counts, failed: 1 }));
  process.exitCode = ran && counts.failed === 0 ? 0 : 1;
}
