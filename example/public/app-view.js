// The whole page
// --------------
//
// Holds the input, the list and what is below it. The list follows the collection's events; it does not know, and need
// not, whether a change was made here, came from another window, or was fetched after a reconnect.
'use strict';

const filters = {
  all: { name: 'All', matches: () => true, nothing: 'Nothing to do. Enjoy the day!' },
  active: { name: 'Active', matches: (todo) => !todo.get('done'), nothing: 'Nothing left to do.' },
  completed: { name: 'Completed', matches: (todo) => todo.get('done'), nothing: 'Nothing completed yet.' },
};

const AppView = Backbone.View.extend({
  el: '#app',

  events: {
    'submit #add': 'add',
    'change #toggle-all': 'toggleAll',
    'click #clear': 'clearCompleted',
    'click #trouble button': 'load',
    'click nav a': 'navigate',
  },

  initialize({ todos, router }) {
    this.todos = todos;
    this.router = router;
    this.drafts = new Backbone.Collection([], { model: Draft });
    this.views = new Map();
    this.filter = filters.all;
    this.listenTo(todos, 'add', this.showTodo);
    this.listenTo(todos, 'remove', this.dropTodo);
    this.listenTo(todos, 'update change:done', this.render);
    this.listenTo(this.drafts, 'add', this.showDraft);
    this.listenTo(router, 'route:show', this.show);
  },

  // Called on the first connection and on each later one, since what was pushed meanwhile is lost. Backbone's `fetch`
  // adds what is new, changes what has changed and removes what is gone, each with its event; open editors stay open.
  async load() {
    let problem = '';
    try {
      await this.todos.fetch();
      this.loaded = true;
    } catch {
      // Whatever the reason is, the remedy is the same.
      problem = 'The list could not be read from the server, and may be out of date.';
    }
    this.$('#trouble').prop('hidden', !problem).find('p').text(problem);
    this.render();
  },

  // ### What the user does

  add(event) {
    event.preventDefault();
    const input = this.$('#title');
    const title = input.val().trim();
    if (!title) return;
    input.val('');
    this.drafts.add({ title }).send(this.todos);
  },

  // The rows do it themselves, one by one, so that each can say what went wrong with it.
  async toggleAll(event) {
    const done = event.target.checked;
    const rows = this.rows((todo) => todo.get('done') !== done);
    await Promise.all(rows.map((row) => row.setDone(done)));
    this.render();
  },

  async clearCompleted() {
    await Promise.all(this.rows(filters.completed.matches).map((row) => row.delete()));
    if (!this.todos.completed().length) this.$('#title').trigger('focus');
  },

  rows(matches) {
    return this.todos.filter(matches).map((todo) => this.views.get(todo));
  },

  // An ordinary click stays on this page; one with Ctrl, Shift and so on does what the browser does with a link.
  navigate(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.router.navigate(event.currentTarget.pathname, { trigger: true });
  },

  // The router has read the address: the filter is a part of it, so that a link can carry it and a reload keeps it.
  show(name) {
    this.filter = filters[name ?? 'all'];
    document.title = name ? `${this.filter.name} · Done.` : 'Done.';
    this.render();
  },

  // ### What the user sees

  // Rows stand in the order of the collection, and the events of a fetch come in that order too.
  showTodo(todo) {
    const row = new TodoView({ model: todo, drafts: this.drafts });
    const list = this.el.querySelector('#todos');
    this.views.set(todo, row);
    list.insertBefore(row.el, list.children[this.todos.indexOf(todo)] ?? null);
    this.listenTo(row, 'close', this.render);
  },

  dropTodo(todo) {
    const row = this.views.get(todo);
    this.views.delete(todo);
    this.keepFocus(row.el);
    row.remove();
  },

  showDraft(draft) {
    this.$('#drafts').prepend(new DraftView({ model: draft, todos: this.todos }).el);
  },

  render() {
    const active = this.todos.active().length;
    const completed = this.todos.completed().length;
    this.views.forEach((row, todo) => this.showRow(row, this.filter.matches(todo) || row.editing));
    this.$('#count').text(active === 1 ? '1 item left' : `${active} items left`);
    this.$('#clear').prop('hidden', !completed);
    this.$('#toggle-all').prop({ hidden: !this.todos.length, checked: !active, indeterminate: active > 0 && completed > 0 });
    this.$('footer').prop('hidden', !this.todos.length);
    this.$('nav a').each((i, link) => $(link).attr('aria-current', link.textContent === this.filter.name ? 'page' : null));
    this.$('#empty').text(this.loaded ? this.filter.nothing : 'Waiting for the server…').prop('hidden', this.todos.some(this.filter.matches));
    return this;
  },

  showRow(row, visible) {
    if (!visible) this.keepFocus(row.el);
    row.el.hidden = !visible;
  },

  // Someone who works with the keyboard stays where they were when a row goes: on the next one, else the one before.
  keepFocus(row) {
    if (!row.contains(document.activeElement)) return;
    const near = $(row).nextAll(':not([hidden])').get(0) ?? $(row).prevAll(':not([hidden])').get(0);
    (near?.querySelector('.toggle') ?? this.el.querySelector('#title')).focus();
  },
});
