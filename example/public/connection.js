// The state of the connection
// ---------------------------
//
// Shows one of six words. It keeps no state that could become outdated: on each event it asks the socket and the subscription again. It
// says "Live" only if the screen shows what the server has.
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
    // The socket's own events, and the browser's about its network.
    for (const event of ['connect', 'disconnect', 'connect_error']) socket.on(event, () => this.render());
    for (const event of ['online', 'offline']) window.addEventListener(event, () => this.render());
    window.addEventListener('offline', () => this.listenForLife());
    socket.once('connect', () => (this.hasConnected = true));
    this.render();
  },

  // The browser has lost its network. Socket.IO's client ignores that if the server is called localhost, because such a server may still be
  // reachable. If it is not, this notices within a second, and not only after minutes.
  listenForLife() {
    if (this.socket.connected) this.socket.timeout(1_000).emit('iosync:hello', error => error && this.socket.io.engine.close());
  },

  // Shows the state of these todos' subscription from now on.
  follow(todos) {
    this.stopListening();
    this.todos = todos;
    this.listenTo(todos, 'io:state', this.render);
    this.render();
  },

  // A socket is *active* while it is connected or reconnects by itself. It is not after the server has disconnected it.
  state() {
    if (this.socket.connected) return this.stateOfTodos();
    if (!this.socket.active || !navigator.onLine) return 'offline';
    return this.hasConnected ? 'reconnecting' : 'connecting';
  },

  // A subscription is live, or catching up, or `closed` because this user may not see the list. The classic page has no subscription: it is
  // live while its socket is connected.
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
