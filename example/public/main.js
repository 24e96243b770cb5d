// How it begins
// -------------
'use strict';

const Router = Backbone.Router.extend({
  routes: { '*path': 'show' },
});

// One socket, and every model and collection on this page uses it. It comes back by itself when it was cut off, and
// this tells it to try at least every two seconds.
const socket = io({ reconnectionDelayMax: 2000 });
Backbone.socket = socket;

const router = new Router();
const session = new Session();
const app = new AppView({ router });
const connection = new ConnectionView({ el: '#connection', socket });
new SessionView({ model: session, router });

// Only a new connection shows the server a new cookie.
session.on('login', () => connection.reconnect());

// Each time there is a connection we read the list: the first time to have one, later to catch up.
socket.on('connect', () => app.load());

Backbone.history.start({ pushState: true });
