// The borders inside lib: nothing outside lib/server imports from it, and of the browser's files lib/server imports
// only lib/wire.ts, the names that both must agree on.
import { dirname, join, relative, resolve } from 'node:path';

const lib = join(import.meta.dirname, '../../lib');
const server = join(lib, 'server');
const isBelow = (folder, path) => !relative(folder, path).startsWith('..');
const isWire = path => /^wire(\.[jt]s)?$/.test(relative(lib, path));

const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const here = context.filename;
    const check = node => {
      if (typeof node.source?.value !== 'string' || !node.source.value.startsWith('.')) return;
      const target = resolve(dirname(here), node.source.value);
      if (!isBelow(server, here) && isBelow(server, target)) {
        context.report({ node, message: 'The browser never imports lib/server.' });
      }
      if (isBelow(server, here) && !isBelow(server, target) && !isWire(target)) {
        context.report({ node, message: 'lib/server imports none of the browser\'s files but lib/wire.ts.' });
      }
    };
    return {
      ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check,
    };
  },
};

export default { rules: { imports } };
