// The companion as its users get it, by the package's own name: dist/server. With COMPANION=lib in the environment it is the
// source as it stands, for whoever writes a test and its feature at once.
import { tsImport } from 'tsx/esm/api';

const isSource = process.env.COMPANION === 'lib';

export const companion = isSource ? await tsImport('../../lib/server/index.ts', import.meta.url) : await import('backbone.iobind/server');
export const { storeContract } = isSource
  ? await tsImport('../../lib/server/contract.ts', import.meta.url)
  : await import('backbone.iobind/server/contract');
