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
const connection = new ConnectionView({ el: '#connection', socket });
// The todos of the address that this page was loaded from are in it.
const given = JSON.parse(document.querySelector('#given').textContent);
const app = new AppView({ router, connection, given });
new SessionView({ model: session, router });

// Only a new connection shows the server a new cookie.
session.on('login', () => connection.reconnect());

// What is subscribed to catches up by itself. What was refused may be open to who has just signed in.
socket.on('connect', () => app.resume());

Backbone.history.start({ pushState: true });
