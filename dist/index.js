require('./backbone.iosync.js');
module.exports = require('./backbone.iobind.js');
