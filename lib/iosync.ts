// Loading this makes Backbone.sync the socket sync: the entry of the bundle backbone.iosync.

import Backbone from 'backbone';
import { installSync } from './install';

installSync(Backbone);

export default Backbone;
export const { ioSync } = Backbone;
export { IoSyncError } from './error';
export { fullPath } from './namespace';
export type { IoSyncCode } from './wire';
export type * from './types';
