// Start-up of the main page
// -------------------------
'use strict';

const Router = Backbone.Router.extend({
  routes: { '*path': 'show' },
});

// All models and collections on this page share this socket. It reconnects by itself, here at least every two seconds.
const socket = io({ reconnectionDelayMax: 2000 });
Backbone.socket = socket;

const router = new Router();
const session = new Session();
const connection = new ConnectionView({ el: '#connection', socket });
// The server has put the todos for this address into the page.
const given = JSON.parse(document.querySelector('#given').textContent);
const app = new AppView({ router, connection, given });
new SessionView({ model: session, router });

// Only a new connection sends the new cookie.
session.on('login', () => connection.reconnect());

// Subscriptions catch up by themselves. One that was refused may be allowed to the user who has just signed in.
socket.on('connect', () => app.resume());

Backbone.history.start({ pushState: true });
