// The whole page
// --------------
//
// One list at a time, and above it where that is. Going to another list is a matter of this page: the socket stays, and what listened
// for the old list is gone before the new one begins.
'use strict';

const AppView = Backbone.View.extend({
  el: '#app',

  events: { 'click a': 'navigate' },

  initialize({ router }) {
    this.router = router;
    this.drafts = new Backbone.Collection([], { model: Draft });
    this.place = new PlaceView({ router });
    this.listenTo(router, 'route:show', this.show);
  },

  // An ordinary click stays on this page; one with Ctrl, Shift and so on does what the browser does with a link.
  navigate(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.router.navigate(event.currentTarget.pathname, { trigger: true });
  },

  // The router has read the address: list and filter are in it, so that a link can carry them and a reload keeps them.
  show(path) {
    const { list, filter } = readPath(path);
    if (list !== this.view?.list) this.open(list);
    this.view.show(filter);
    document.title = [filter !== 'all' && filters[filter].name, list, 'Done.'].filter(Boolean).join(' · ');
  },

  open(list) {
    this.view?.remove();
    // What was on its way when its list was left may be news to who has come back to it.
    this.view?.todos.on('sync destroy', () => this.load());
    this.view = new ListView({ list, drafts: this.drafts });
    this.$el.append(this.view.el);
    this.place.show(list);
    if (Backbone.socket.connected) this.load();
    this.$('#title').trigger('focus');
  },

  load() {
    return this.view.load();
  },
});
