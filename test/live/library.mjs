// Backbone with the library, as its users get it; with COMPANION=lib in the environment, the source as it stands.
import Backbone from 'backbone';
import { require as requireSource } from 'tsx/cjs/api';

const isSource = process.env.COMPANION === 'lib';
const { install } = isSource ? requireSource('../../lib/install.ts', import.meta.url) : await import('../../dist/install.mjs');
install(Backbone);

export { Backbone };
