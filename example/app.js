/**
 * Starts Done. and prints its address:
 *
 *     node example/app.js [--port 1228] [--data example/data]
 *
 * PORT and DATA_DIR in the environment do the same; with DATABASE_URL, that PostgreSQL keeps the todos. The server is
 * written in TypeScript, which tsx lets Node run directly.
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
