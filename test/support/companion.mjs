// The companion as its users get it, by the package's own name: dist/server. With COMPANION=lib in the environment it is the
// source as it stands, for whoever writes a test and its feature at once.
import { tsImport } from 'tsx/esm/api';

const isSource = process.env.COMPANION === 'lib';

// tsx makes a CommonJS module of the source, of whose names Node finds only some.
const fromSource = async path => {
  const module = await tsImport(path, import.meta.url);
  return { ...module.default, ...module };
};

export const companion = isSource ? await fromSource('../../lib/server/index.ts') : await import('backbone.iobind/server');
export const { storeContract } = isSource ? await fromSource('../../lib/server/contract.ts') : await import('backbone.iobind/server/contract');
