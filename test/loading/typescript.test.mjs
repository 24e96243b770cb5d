import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/page-scripts.mjs';
import { createWorkspace } from '../support/workspace.mjs';

const run = promisify(execFile);

// From CommonJS the package's value is Backbone itself; names are imported from its install.
const common = `
import Backbone = require('backbone.iobind');
import iosync = require('backbone.iobind/iosync');
import { IoSyncError, install } from 'backbone.iobind/install';

install(Backbone);
iosync.ioSync.timeout = 5000;
const todos = new Backbone.Collection();
todos.ioBind('create', (todo: object) => { todos.add(todo); });
Backbone.ioUnbindAll();
export const code = (error: unknown): string => error instanceof IoSyncError ? error.code : '';
// @ts-expect-error: an event has a name
todos.ioBind(42, () => {});
`;

const main = `
import Backbone from 'backbone';
import { IoSyncError, ioSync } from 'backbone.iobind';
import { IoSyncError as FromIoSync } from 'backbone.iobind/iosync';
import 'backbone.iobind/iobind';
import { install } from 'backbone.iobind/install';

install(Backbone);
const todos = new Backbone.Collection();
todos.ioBind('create', (todo: object) => { todos.add(todo); });
todos.ioUnbindAll();
ioSync.timeout = 5000;
export const code = (error: unknown): string => error instanceof IoSyncError || error instanceof FromIoSync ? error.code : '';
// @ts-expect-error: an event has a name
todos.ioBind(42, () => {});
`;

const settings = options => JSON.stringify({
  compilerOptions: {
    target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true, esModuleInterop: true,
    skipLibCheck: false, ...options,
  },
  files: ['main.ts'],
});

describe('A TypeScript user', () => {
  let workspace;

  before(async () => {
    workspace = await createWorkspace();
  });
  after(() => workspace.remove());

  const cases = {
    'with a bundler': ['module', { module: 'esnext', moduleResolution: 'bundler' }],
    'of node16, as an ES module,': ['module', { module: 'node16', moduleResolution: 'node16' }],
    'of node16, as CommonJS,': ['commonjs', { module: 'node16', moduleResolution: 'node16' }],
  };
  for (const [user, [type, options]] of Object.entries(cases)) {
    it(`${user} gets the types of all parts, and of Backbone's additions`, async () => {
      const app = await workspace.app(user.replaceAll(/\W+/g, '-'), {
        'package.json': JSON.stringify({ type }), 'tsconfig.json': settings(options), 'main.ts': type === 'module' ? main : common,
      });
      await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', app]).catch(error => {
        throw new Error(error.stdout);
      });
    });
  }
});
