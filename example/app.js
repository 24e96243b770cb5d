/**
 * Starts Done. and says where it is:
 *
 *     node example/app.js [--port 1228] [--data example/data]
 *
 * PORT and DATA_DIR in the environment do the same; with DATABASE_URL the todos are kept in that PostgreSQL. The server is TypeScript; tsx lets Node read it as it stands.
 */
'use strict';

require('tsx/cjs/api').register();

const { explain } = require('./server/problem.ts');
const { start } = require('./server/start.ts');

start(process.argv.slice(2), process.env).then(
  url => console.log(`Done. is at ${url}`),
  error => {
    console.error(explain(error));
    process.exit(1);
  },
);
