// For those who bring a Backbone of their own: nothing happens on import.
import Backbone from 'backbone';
import { fullPath, install, installBind, installSync, IoSyncError, type IoSyncOptions } from 'backbone.iobind/install';
import { ioSync } from 'backbone.iobind/iosync';
import { ioUnbindAll } from 'backbone.iobind/iobind';
import Extended from 'backbone.iobind';

install(Backbone);
installSync(Backbone);
installBind(Backbone);
ioUnbindAll();
ioSync.timeout = 5000;

// The package's default is Backbone.
const same: typeof Backbone = Extended;
new Extended.Collection().ioBind('create', () => {});
export const options: IoSyncOptions = { ioNamespace: fullPath };
export const code = (error: unknown) => (error instanceof IoSyncError ? error.code : undefined);

// @ts-expect-error: it needs a Backbone
install();
// @ts-expect-error: a Backbone, not one of its classes
install(Backbone.Model);
// @ts-expect-error: install returns nothing, Backbone is changed in place
const other: typeof Backbone = install(Backbone);
