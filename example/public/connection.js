// The sign of the connection
// --------------------------
//
// One of four words, and always true: it asks the socket anew whenever something has happened, and keeps no state of
// its own that could grow old.
'use strict';

const ConnectionView = Backbone.View.extend({
  events: { 'click button': 'reconnect' },

  initialize({ socket }) {
    this.socket = socket;
    // What the socket tells of itself, and what the browser knows of its network.
    for (const event of ['connect', 'disconnect', 'connect_error']) socket.on(event, () => this.render());
    for (const event of ['online', 'offline']) window.addEventListener(event, () => this.render());
    socket.once('connect', () => (this.hasBeenLive = true));
    this.render();
  },

  // A socket is *active* while it tries by itself to come back. It gives up when the server has sent it away.
  state() {
    if (this.socket.connected) return 'live';
    if (!this.socket.active || !navigator.onLine) return 'offline';
    return this.hasBeenLive ? 'reconnecting' : 'connecting';
  },

  render() {
    const state = this.state();
    const words = { live: 'Live', offline: 'Offline', reconnecting: 'Reconnecting…', connecting: 'Connecting…' };
    this.$el.attr('data-state', state);
    this.$('p').text(words[state]);
    this.$('button').prop('hidden', this.socket.active || state === 'live');
    return this;
  },

  reconnect() {
    this.socket.disconnect().connect();
    this.render();
  },
});
