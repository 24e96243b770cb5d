// Loading this gives models and collections their ioBind: the entry of the bundle backbone.iobind.

import Backbone from 'backbone';
import { installBind } from './install';

installBind(Backbone);

export default Backbone;
export const { ioUnbindAll } = Backbone;
export type * from './types';
