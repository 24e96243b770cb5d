// How the classic page begins
// ---------------------------
//
// The same views as on the main page, one list, and no subscription: what was pushed while there was no connection is lost, so the list
// is read each time there is one.
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

// Backbone's `fetch` adds what is new, changes what has changed and removes what is gone, each with its event; open editors stay open.
const load = async () => {
  try {
    await todos.read();
    list.showOpen();
  } catch ({ code }) {
    // A superseded one has been overtaken by a newer one, which has answered.
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
