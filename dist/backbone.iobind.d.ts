import Backbone = require('backbone');
import './types';
export = Backbone;
