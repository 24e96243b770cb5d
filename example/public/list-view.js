// A list
// ------
//
// Holds the input, the rows and what is below them. The rows follow the collection's events; the view does not know, and need
// not, whether a change was made here, came from another window, or was fetched after a reconnect.
'use strict';

const ListView = Backbone.View.extend({
  tagName: 'section',
  id: 'list',

  events: {
    'submit #add': 'add',
    'change #toggle-all': 'toggleAll',
    'click #clear': 'clearCompleted',
    'click #trouble button': 'load',
  },

  initialize({ list, drafts }) {
    this.list = list;
    this.drafts = drafts;
    this.views = new Map();
    this.filter = filters.all;
    this.todos = new Todos([], { backend: { name: 'todos', channel: list } });
    this.el.append(document.querySelector('#list-template').content.cloneNode(true));
    this.$('nav a').each((i, link) => $(link).attr('href', pathOf(list, link.dataset.filter)));
    this.listenTo(this.todos, 'add', this.showTodo);
    this.listenTo(this.todos, 'remove', this.dropTodo);
    this.listenTo(this.todos, 'update change:done', this.render);
    this.listenTo(drafts, 'add', this.showDraft);
    drafts.each((draft) => this.showDraft(draft));
    this.render();
  },

  // Called on the first connection and on each later one, since what was pushed meanwhile is lost. Backbone's `fetch`
  // adds what is new, changes what has changed and removes what is gone, each with its event; open editors stay open.
  async load() {
    let problem = '';
    try {
      await this.todos.read();
      this.state = 'open';
    } catch ({ code }) {
      // A newer one is on its way, or has answered.
      if (code === 'superseded') return;
      if (code === 'forbidden') this.shut();
      // Whatever else the reason is, the remedy is the same.
      else problem = 'The list could not be read from the server, and may be out of date.';
    }
    this.$('#trouble').prop('hidden', !problem).find('p').text(problem);
    this.render();
  },

  // Somebody else's private list, or one's own after signing out: nothing of it stays on the screen.
  shut() {
    this.state = 'shut';
    this.dismissRows();
    this.todos.remove(this.todos.models);
  },

  // ### What the user does

  add(event) {
    event.preventDefault();
    const input = this.$('#title');
    const title = input.val().trim();
    if (!title) return;
    input.val('');
    this.drafts.add({ title, list: this.list }).send(this.todos);
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

  // ### What the user sees

  show(filter) {
    this.filter = filters[filter];
    this.render();
  },

  // Rows stand in the order of the collection, and the events of a fetch come in that order too.
  showTodo(todo) {
    const row = new TodoView({ model: todo, keep: (draft) => this.drafts.add({ ...draft, list: this.list }) });
    const rows = this.el.querySelector('#todos');
    this.views.set(todo, row);
    rows.insertBefore(row.el, rows.children[this.todos.indexOf(todo)] ?? null);
    this.listenTo(row, 'close', this.render);
  },

  dropTodo(todo) {
    const row = this.views.get(todo);
    if (!row) return;
    this.views.delete(todo);
    this.keepFocus(row.el);
    row.remove();
  },

  showDraft(draft) {
    if (draft.get('list') !== this.list) return;
    const view = new DraftView({ model: draft, todos: this.todos });
    this.$('#drafts').prepend(view.el);
    view.listenTo(this, 'leave', view.remove);
  },

  render() {
    const active = this.todos.active().length;
    const completed = this.todos.completed().length;
    this.views.forEach((row, todo) => this.showRow(row, this.filter.matches(todo) || row.editing));
    this.$('#count').text(active === 1 ? '1 item left' : `${active} items left`);
    this.$('#clear').prop('hidden', !completed);
    this.$('#toggle-all').prop({ hidden: !this.todos.length, checked: !active, indeterminate: active > 0 && completed > 0 });
    this.$('footer').prop('hidden', !this.todos.length);
    this.$('nav a').each((i, link) => $(link).attr('aria-current', filters[link.dataset.filter] === this.filter ? 'page' : null));
    this.$('#add, #drafts').prop('hidden', this.state === 'shut');
    this.$('#empty').text(this.nothing()).prop('hidden', this.todos.some(this.filter.matches));
    return this;
  },

  nothing() {
    if (this.state === 'shut') return `This list is private. Sign in as ${this.list.slice(1)} to see it.`;
    return this.state === 'open' ? this.filter.nothing : 'Waiting for the server…';
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

  dismissRows() {
    this.views.forEach((row) => row.dismiss());
    this.views.clear();
  },

  // Another list takes this one's place. Drafts stay, and are shown again on return, in views of their own.
  remove() {
    this.dismissRows();
    this.trigger('leave');
    this.todos.leave();
    return Backbone.View.prototype.remove.call(this);
  },
});
