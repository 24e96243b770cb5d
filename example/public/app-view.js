// The whole page
// --------------
//
// Shows one place at a time, below the name of that place. Going to another place happens within this page: the socket stays, and the
// subscription to the old list ends before the new one begins.
'use strict';

const AppView = Backbone.View.extend({
  el: '#app',

  events: { 'click a': 'navigate' },

  initialize({ router, connection, given }) {
    this.router = router;
    this.connection = connection;
    this.given = given;
    this.drafts = new Backbone.Collection([], { model: Draft });
    this.place = new PlaceView({ router });
    this.search = new SearchView({ router });
    this.listenTo(router, 'route:show', this.show);
  },

  // An ordinary click stays on this page; a click with Ctrl, Shift and so on is left to the browser.
  navigate(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.router.navigate(event.currentTarget.pathname, { trigger: true });
  },

  // Place and filter are in the address, so that a link can carry them and a reload keeps them.
  show(path) {
    const { place, filter } = readPath(path);
    if (place.path !== this.view?.place.path) this.open(place);
    this.view.show(filter);
    document.title = [filter !== 'all' && filters[filter].name, place.title, 'Done.'].filter(Boolean).join(' · ');
  },

  // The first place is the one whose todos came with the page, unless the server could not read them.
  open(place) {
    const { documents = [], cursor } = this.given ?? {};
    this.given = undefined;
    this.view?.remove();
    const todos = new Todos(documents);
    this.view = new ListView({ place, todos, drafts: this.drafts, state: cursor ? 'open' : 'waiting' });
    this.$el.append(this.view.el);
    this.place.show(place);
    this.search.show(place);
    this.$('#title').trigger('focus');
    this.listenTo(this.view, 'again', () => this.follow());
    this.follow(cursor);
  },

  follow(cursor) {
    const { place, todos } = this.view;
    todos.follow(place.part, cursor);
    this.connection.follow(todos);
  },

  // There is a new connection, perhaps with another login: a subscription that was refused for good is asked for again.
  resume() {
    if (this.view.todos.subscription.state === 'closed') this.follow();
  },
});
