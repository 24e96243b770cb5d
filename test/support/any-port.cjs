// Loaded before a program that listens on a port of its own choice: it gets a free one, and the parent is told.
const { Server } = require('node:net');

const { listen } = Server.prototype;

Server.prototype.listen = function (...args) {
  if (/^\d+$/.test(args[0])) args[0] = 0;
  this.once('listening', () => process.send({ port: this.address().port }));
  return listen.apply(this, args);
};
