// How it begins
// -------------
'use strict';

const Router = Backbone.Router.extend({
  routes: { '': 'show', ':filter': 'show' },
});

// One socket, and every model and collection on this page uses it. It comes back by itself when it was cut off, and
// this tells it to try at least every two seconds.
const socket = io({ reconnectionDelayMax: 2000 });
Backbone.socket = socket;

const todos = new Todos();
const router = new Router();
const app = new AppView({ todos, router });
new ConnectionView({ el: '#connection', socket });

// Each time there is a connection we read the list: the first time to have one, later to catch up.
socket.on('connect', () => app.load());

Backbone.history.start({ pushState: true });
