import Backbone from 'backbone';
export { default } from 'backbone';
import { installSync } from './install.mjs';
export { IoSyncError, fullPath } from './install.mjs';

// Loading this makes Backbone.sync the socket sync: the entry of the bundle backbone.iosync.
installSync(Backbone);
const { ioSync } = Backbone;

export { ioSync };
