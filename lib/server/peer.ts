// Packages that only a part of the server needs: loaded when that part is used, with an error that names a missing one. They are optional
// peers, so that a server without a database needs no database driver.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads a package, an ES module or not: `const { jwtVerify } = await peer<typeof import('jose')>('jose', 'jwt()');`. Rejects
 * with an error that names the package, and what needs it, if it is not installed.
 */
export async function peer<Exports extends object>(name: string, neededBy: string): Promise<Exports> {
  try {
    return withNames((await import(name)) as object) as Exports;
  } catch (error) {
    throw explained(error, name, neededBy);
  }
}

/** The same without waiting, for packages that can be required. */
export function requirePeer<Exports extends object>(name: string, neededBy: string): Exports {
  try {
    return require(name) as Exports;
  } catch (error) {
    throw explained(error, name, neededBy);
  }
}

function explained(error: unknown, name: string, neededBy: string): unknown {
  if (!isMissing(error, name)) return error;
  return new Error(`${neededBy} needs the package "${name}", which is not installed: npm install ${name}`, { cause: error });
}

/** Whether this package is missing, and not one that it depends on. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
  return isNotFound && (error.message.includes(`package '${name}'`) || error.message.includes(`module '${name}'`));
}

/** Node finds only some of the names that a CommonJS module exports; its `default` has all of them. */
function withNames(loaded: object): object {
  const whole = 'default' in loaded ? loaded.default : undefined;
  const hasNames = (typeof whole === 'object' && whole !== null) || typeof whole === 'function';
  return hasNames ? { ...whole, ...loaded } : loaded;
}
