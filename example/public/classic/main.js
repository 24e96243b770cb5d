// How the classic page begins
// ---------------------------
//
// The same views as on the main page, with one list and no subscription. Pushes are lost while there is no connection, so the list is read
// on each connect.
'use strict';

const Router = Backbone.Router.extend({
  routes: { 'classic(/:filter)': 'show' },
});

const path = '/classic';
const socket = io({ path: '/classic/socket.io', reconnectionDelayMax: 2000 });
Backbone.socket = socket;

new ConnectionView({ el: '#connection', socket });
const todos = new Todos();
const drafts = new Backbone.Collection([], { model: Draft });
const list = new ListView({ place: { path, list: '' }, todos, drafts, state: 'waiting' });
$('#app').append(list.el);
$('#title').trigger('focus');

// Backbone's `fetch` adds, changes and removes models one by one, each with its event, so open editors stay open.
const load = async () => {
  try {
    await todos.read();
    list.showOpen();
  } catch ({ code }) {
    // A superseded fetch needs no message: a newer one has been answered.
    if (code !== 'superseded') list.showTrouble();
  }
};
socket.on('connect', load);
list.on('again', load);

const router = new Router();
router.on('route:show', filter => {
  list.show(filter ?? 'all');
  document.title = [filter && filters[filter].name, 'Classic', 'Done.'].filter(Boolean).join(' · ');
});
$('#list nav').on('click', 'a', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  router.navigate(event.currentTarget.pathname, { trigger: true });
});
Backbone.history.start({ pushState: true });
