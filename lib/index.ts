// The entry of the package: both bundles.

export { default, ioSync, IoSyncError, fullPath } from './iosync';
export { ioUnbindAll } from './iobind';
export type { IoSyncCode } from './wire';
export type * from './types';
