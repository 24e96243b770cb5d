// A list
// ------
//
// Contains the input, the rows and the footer. The rows follow the collection's events. The view need not know whether a change was made
// here, in another window, or before a reconnect, so it works on the main page, whose collection is subscribed, and on the classic one.
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

  // `state` is `waiting` until the todos are known, then `open`, or `shut` if the user may not see the list.
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

  // ### The state of the list

  // A subscription that closes by itself was refused. That is a problem, unless this user may not see the list.
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

  // One sentence for all reasons, because the remedy is the same.
  showTrouble(problem = 'The list could not be read from the server, and may be out of date.') {
    this.$('#trouble').prop('hidden', !problem).find('p').text(problem);
    return this;
  },

  again() {
    this.trigger('again');
  },

  // Another user's private list, or the user's own after signing out: nothing of it stays on the screen.
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

  // Each row changes its own todo, so that it can show its own problem.
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

  // Puts the rows in the order of the collection. Moves only rows that are not in their place: a row that leaves the document, even for a
  // moment, loses the focus.
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

  // A search shows todos of other lists, so there is no input, and no button for all of them.
  isSearch() {
    return this.place.word !== undefined;
  },

  showRow(row, visible) {
    if (!visible) this.keepFocus(row.el);
    row.el.hidden = !visible;
  },

  // Keyboard users keep their place when a row disappears: the focus moves to the next row, else to the one before.
  keepFocus(row) {
    if (!row.contains(document.activeElement)) return;
    const near = $(row).nextAll(':not([hidden])').get(0) ?? $(row).prevAll(':not([hidden])').get(0);
    (near?.querySelector('.toggle') ?? this.el.querySelector('#title')).focus();
  },

  dismissRows() {
    this.views.forEach(row => row.dismiss());
    this.views.clear();
  },

  // Another list replaces this one. The drafts stay, and get new views when the user returns.
  remove() {
    this.dismissRows();
    this.trigger('leave');
    this.todos.leave();
    return Backbone.View.prototype.remove.call(this);
  },
});
