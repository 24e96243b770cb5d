import ts from 'typescript';
import { readmeBlocks } from '../support/readme.mjs';

const scripts = { js: 'block.js', javascript: 'block.js', ts: 'block.ts', typescript: 'block.ts' };
const blocks = (await readmeBlocks()).filter(({ language }) => scripts[language]);

describe("The README's code", () => {
  blocks.forEach(({ language, text }, index) => {
    it(`can be read by a machine: block ${index + 1}, ${text.split('\n')[0]}`, () => {
      const { diagnostics } = ts.transpileModule(text, { fileName: scripts[language], reportDiagnostics: true });
      if (diagnostics.length) throw new Error(ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n'));
    });
  });
});
