/**
 * Reads the options from the command line and the environment; the command line wins.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from './problem';

export interface Options {
  /** 0 means any free port. */
  port: number;
  /** The folder of the database, as an absolute path. */
  data: string;
  /** The URL of a PostgreSQL to use instead. From the environment only: it contains a password, and other users can see command lines. */
  database: string | undefined;
}

const usage = 'Usage: node example/app.js [--port 1228] [--data folder]';

export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { port, data } = parse(args);
  return {
    port: readPort(port ?? (env.PORT || '1228')),
    data: resolve(data ?? (env.DATA_DIR || resolve(__dirname, '../data'))),
    database: env.DATABASE_URL || undefined,
  };
}

function parse(args: string[]): { port?: string; data?: string } {
  try {
    return parseArgs({ args, options: { port: { type: 'string' }, data: { type: 'string' } } }).values;
  } catch (error) {
    // parseArgs says what was wrong: an unknown option, or one without its value.
    throw new Problem(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Problem(`The port "${text}" is not a number from 0 to 65535.`);
  return port;
}
