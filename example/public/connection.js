// The sign of the connection
// --------------------------
//
// One of six words, and always true: it asks the socket and the subscription anew whenever something has happened, and keeps no state
// of its own that could grow old. "Live" is said only when what is on the screen is what the server has.
'use strict';

const words = {
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  behind: 'Catching up…',
  live: 'Live',
  connected: 'Connected',
  offline: 'Offline',
};

const ConnectionView = Backbone.View.extend({
  events: { 'click button': 'reconnect' },

  initialize({ socket }) {
    this.socket = socket;
    // What the socket tells of itself, and what the browser knows of its network.
    for (const event of ['connect', 'disconnect', 'connect_error']) socket.on(event, () => this.render());
    for (const event of ['online', 'offline']) window.addEventListener(event, () => this.render());
    window.addEventListener('offline', () => this.listenForLife());
    socket.once('connect', () => (this.hasConnected = true));
    this.render();
  },

  // The browser has lost its network. For a server on this machine that need not matter, so Socket.IO's client goes on with one that is
  // called localhost; but neither may it go on to look connected for minutes.
  listenForLife() {
    if (this.socket.connected) this.socket.timeout(1_000).emit('iosync:hello', error => error && this.socket.io.engine.close());
  },

  // From now on it is about these todos.
  follow(todos) {
    this.stopListening();
    this.todos = todos;
    this.listenTo(todos, 'io:state', this.render);
    this.render();
  },

  // A socket is *active* while it tries by itself to come back. It gives up when the server has sent it away.
  state() {
    if (this.socket.connected) return this.stateOfTodos();
    if (!this.socket.active || !navigator.onLine) return 'offline';
    return this.hasConnected ? 'reconnecting' : 'connecting';
  },

  // A subscription is `live`, or it is about to be, or `closed`, because this list is not for us. The classic page has none: it is as live
  // as its socket.
  stateOfTodos() {
    const { state = 'live' } = this.todos?.subscription ?? {};
    if (state === 'closed') return 'connected';
    return state === 'live' ? 'live' : 'behind';
  },

  render() {
    const state = this.state();
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
