// A list
// ------
//
// Holds the input, the rows and what is below them. The rows follow the collection's events; the view does not know, and need
// not, whether a change was made here, came from another window, or was caught up with after a reconnect. So it is the same on
// the main page, whose collection is subscribed, and on the classic one.
'use strict';

const ListView = Backbone.View.extend({
  tagName: 'section',
  id: 'list',

  events: {
    'submit #add': 'add',
    'change #toggle-all': 'toggleAll',
    'click #clear': 'clearCompleted',
    'click #trouble button': 'again',
  },

  // `state` is `waiting` until it is known what is in the list, then `open`, or `shut` to whoever may not see it.
  initialize({ place, todos, drafts, state }) {
    Object.assign(this, { place, todos, drafts, state });
    this.views = new Map();
    this.filter = filters.all;
    this.el.append(document.querySelector('#list-template').content.cloneNode(true));
    this.$('nav a').each((i, link) => $(link).attr('href', filtered(place.path, link.dataset.filter)));
    this.listenTo(todos, 'add', this.showTodo);
    this.listenTo(todos, 'remove', this.dropTodo);
    this.listenTo(todos, 'update', this.order);
    this.listenTo(todos, 'update change:done', this.render);
    this.listenTo(todos, 'io:state', this.followState);
    this.listenTo(todos, 'error', this.hearRefusal);
    this.listenTo(drafts, 'add', this.showDraft);
    todos.each(todo => this.showTodo(todo));
    drafts.each(draft => this.showDraft(draft));
    this.order().render();
  },

  // ### What becomes of the list

  // A subscription that ends by itself was refused; if the list is only not for us, that is no trouble.
  followState(state) {
    if (state === 'live') this.showOpen();
    else if (state === 'closed' && this.state !== 'shut') this.showTrouble();
  },

  // The collection's own errors, not those of its models.
  hearRefusal(entity, { code }) {
    if (entity !== this.todos) return;
    if (code === 'forbidden') this.shut();
    else this.showTrouble();
  },

  showOpen() {
    this.state = 'open';
    this.showTrouble('').render();
  },

  // Whatever the reason is, the remedy is the same.
  showTrouble(problem = 'The list could not be read from the server, and may be out of date.') {
    this.$('#trouble').prop('hidden', !problem).find('p').text(problem);
    return this;
  },

  again() {
    this.trigger('again');
  },

  // Somebody else's private list, or one's own after signing out: nothing of it stays on the screen.
  shut() {
    this.state = 'shut';
    this.dismissRows();
    this.todos.remove(this.todos.models);
    this.showTrouble('').render();
  },

  // ### What the user does

  add(event) {
    event.preventDefault();
    const input = this.$('#title');
    const title = input.val().trim();
    if (!title) return;
    input.val('');
    this.drafts.add({ title, list: this.place.list, path: this.place.path }).send(this.todos);
  },

  // The rows do it themselves, one by one, so that each can say what went wrong with it.
  async toggleAll(event) {
    const done = event.target.checked;
    const rows = this.rows(todo => todo.get('done') !== done);
    await Promise.all(rows.map(row => row.setDone(done)));
    this.render();
  },

  async clearCompleted() {
    await Promise.all(this.rows(filters.completed.matches).map(row => row.delete()));
    if (!this.todos.completed().length) this.$('#title').trigger('focus');
  },

  rows(matches) {
    return this.todos.filter(matches).map(todo => this.views.get(todo));
  },

  // ### What the user sees

  show(filter) {
    this.filter = filters[filter];
    this.render();
  },

  showTodo(todo) {
    const keep = draft => this.drafts.add({ ...draft, list: todo.get('list') ?? '', path: this.place.path });
    const row = new TodoView({ model: todo, keep, namesList: this.isSearch() });
    this.views.set(todo, row);
    this.listenTo(row, 'close', this.render);
  },

  // Rows stand in the order of the collection. Only what is not in its place is moved: a row that is taken out, be it for a moment, loses
  // the focus.
  order() {
    const rows = this.el.querySelector('#todos');
    let next = null;
    for (const todo of this.todos.models.toReversed()) {
      const { el } = this.views.get(todo);
      if (el.parentNode !== rows || el.nextSibling !== next) rows.insertBefore(el, next);
      next = el;
    }
    return this;
  },

  dropTodo(todo) {
    const row = this.views.get(todo);
    if (!row) return;
    this.views.delete(todo);
    this.keepFocus(row.el);
    row.remove();
  },

  showDraft(draft) {
    if (draft.get('path') !== this.place.path) return;
    const view = new DraftView({ model: draft, todos: this.todos });
    this.$('#drafts').prepend(view.el);
    view.listenTo(this, 'leave', view.remove);
  },

  render() {
    const active = this.todos.active().length;
    const completed = this.todos.completed().length;
    this.views.forEach((row, todo) => this.showRow(row, this.filter.matches(todo) || row.editing));
    this.$('#count').text(active === 1 ? '1 item left' : `${active} items left`);
    this.$('#clear').prop('hidden', !completed || this.isSearch());
    this.$('#toggle-all').prop({ hidden: !this.todos.length, checked: !active, indeterminate: active > 0 && completed > 0 });
    this.$('footer').prop('hidden', !this.todos.length);
    this.$('nav a').each((i, link) => $(link).attr('aria-current', filters[link.dataset.filter] === this.filter ? 'page' : null));
    this.$('#add').prop('hidden', this.state === 'shut' || this.isSearch());
    this.$('#drafts').prop('hidden', this.state === 'shut');
    this.$('#empty').text(this.nothing()).prop('hidden', this.todos.some(this.filter.matches));
    return this;
  },

  nothing() {
    const { list, word } = this.place;
    if (this.state === 'shut') return `This list is private. Sign in as ${list.slice(1)} to see it.`;
    if (this.state === 'waiting') return 'Waiting for the server…';
    return this.isSearch() ? `No todo on any public list contains “${word}”.` : this.filter.nothing;
  },

  // The todos here are those of others, too: there is nothing to add, and nothing that is done to all at once.
  isSearch() {
    return this.place.word !== undefined;
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
    this.views.forEach(row => row.dismiss());
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
