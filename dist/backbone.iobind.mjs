import Backbone from 'backbone';
export { default } from 'backbone';
import { installBind } from './install.mjs';

// Loading this gives models and collections their ioBind: the entry of the bundle backbone.iobind.
installBind(Backbone);
const { ioUnbindAll } = Backbone;

export { ioUnbindAll };
