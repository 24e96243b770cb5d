// The companion as its users get it, by the package's own name: dist/server. With COMPANION=lib in the environment it is the
// source as it stands, for whoever writes a test and its feature at once; CommonJS as well, of which all names are found.
import { require as requireSource } from 'tsx/cjs/api';

const isSource = process.env.COMPANION === 'lib';
const source = entry => requireSource(`../../lib/server/${entry}.ts`, import.meta.url);

export const companion = isSource ? source('index') : await import('backbone.iobind/server');
export const { storeContract } = isSource ? source('contract') : await import('backbone.iobind/server/contract');
