// The companion as its users get it, by the package's own name: dist/server. With COMPANION=lib in the environment it is the
// current source, for writing a test and its feature at the same time; as CommonJS too, so that all its names are exported.
import { require as requireSource } from 'tsx/cjs/api';

const isSource = process.env.COMPANION === 'lib';
const source = entry => requireSource(`../../lib/server/${entry}.ts`, import.meta.url);

export const companion = isSource ? source('index') : await import('backbone.iobind/server');
export const { storeContract } = isSource ? source('contract') : await import('backbone.iobind/server/contract');
