export { ioSync } from './backbone.iosync.mjs';
export { ioUnbindAll } from './backbone.iobind.mjs';
export { IoSyncError, fullPath } from './install.mjs';
export { default } from 'backbone';
