// A todo in the list
// ------------------
//
// The view shows the model, and the model has only values that the server has confirmed: every change is sent with `wait`. Meanwhile the
// row is *saving*. If the server refuses or does not answer, the row shows the model again, and says why.
'use strict';

const TodoView = Backbone.View.extend({
  tagName: 'li',
  className: 'todo',

  events: {
    'change .toggle': 'toggle',
    'click .edit': 'edit',
    'dblclick .title': 'edit',
    'submit .editing': 'commit',
    'keydown .editor': 'cancel',
    'focusout .editor': 'leave',
    'click .delete': 'delete',
  },

  // `keep` makes a draft of a title that could not be saved. With `namesList`, for a search, the row shows which list the todo is on.
  initialize({ keep, namesList }) {
    this.keep = keep;
    this.changesUnderWay = 0;
    this.el.append(document.querySelector('#todo-template').content.cloneNode(true));
    this.editor = this.el.querySelector('.editor');
    if (namesList) this.nameList(this.model.get('list'));
    this.listenTo(this.model, 'change', () => this.showProblem('').render());
    this.render();
  },

  nameList(list) {
    this.$('.place').attr('href', placeOfList(list).path).text(list || 'for everyone').prop('hidden', false);
  },

  // A title is always set as text, never as markup. The editor, and a tick that is being saved, are left as the user has set them.
  render() {
    const { title, done } = this.model.attributes;
    const saving = this.changesUnderWay > 0;
    this.$el.toggleClass('done', done).toggleClass('saving', saving).attr('aria-busy', String(saving));
    this.$('.title').text(title);
    this.$('.toggle').attr('aria-label', title);
    if (!saving) this.$('.toggle').prop('checked', done);
    this.$('.edit').attr('aria-label', `Edit ${title}`);
    this.$('.editor').attr('aria-label', `New title for ${title}`);
    this.$('.delete').attr('aria-label', `Delete ${title}`);
    return this;
  },

  showProblem(problem) {
    this.$('.problem').prop('hidden', !problem).text(problem);
    return this;
  },

  // ### Changes

  toggle() {
    this.setDone(this.$('.toggle').prop('checked'));
  },

  setDone(done) {
    return this.attempt('saved', () => this.save({ done }));
  },

  delete() {
    return this.attempt('deleted', () => this.model.destroy({ wait: true }));
  },

  // `patch` sends only the changes, so that one window can tick a todo while another one renames it.
  save(changes) {
    return this.model.save(changes, { patch: true, wait: true });
  },

  // Runs a change: `save` and `destroy` return a promise that settles after ioSync's timeout at the latest. The last `render` takes back a
  // tick that was refused. Resolves with the problem, or with an empty string.
  async attempt(verb, change) {
    let problem = '';
    this.changesUnderWay += 1;
    this.showProblem('').render();
    try {
      await change();
    } catch (error) {
      problem = explain(error, verb);
    }
    this.changesUnderWay -= 1;
    this.showProblem(problem).render();
    return problem;
  },

  // ### Editing

  // The title is put into the editor once; after that only the user changes it.
  edit() {
    if (this.editing) return;
    this.editor.value = this.model.get('title');
    this.refused = undefined;
    this.showEditor(true);
    this.editor.focus();
  },

  // The editor closes when the server has accepted the title. Until then, and after a refusal, the user's title stays in it.
  async commit(event) {
    event?.preventDefault();
    if (this.editor.readOnly) return;
    const title = this.editor.value.trim();
    if (title === this.model.get('title')) return this.close();
    this.editor.readOnly = true;
    const problem = await this.attempt('saved', () => this.save({ title }));
    this.editor.readOnly = false;
    if (!problem) this.close();
    else if (this.isDismissed) this.keep({ title, problem });
    else this.refused = this.editor.value;
  },

  // Leaving the editor saves, as in a spreadsheet, unless this title has been refused already.
  leave(event) {
    if (this.editing && this.editor.value !== this.refused) this.commit(event);
  },

  // Escape also ends the composition of, say, a Japanese word; then it is not meant for the editor.
  cancel(event) {
    if (event.key !== 'Escape' || event.originalEvent.isComposing || this.editor.readOnly) return;
    this.showProblem('').close();
  },

  close() {
    const hadFocus = this.el.contains(document.activeElement);
    this.showEditor(false);
    if (hadFocus) this.$('.edit').trigger('focus');
    this.trigger('close');
  },

  showEditor(editing) {
    this.editing = editing;
    this.$('.editing').prop('hidden', !editing);
    this.$('.title, .edit, .delete').prop('hidden', editing);
  },

  // Another list is opened. The title in the editor is saved, as always when the editor is left; if that fails it becomes a draft.
  dismiss() {
    this.isDismissed = true;
    if (this.editing && this.editor.value.trim()) this.commit();
    this.remove();
  },

  // The todo no longer exists; perhaps another window has deleted it. A title that the user was typing becomes a draft. Events are removed
  // first, because a browser reports that an editor loses the focus when it is removed.
  remove() {
    this.undelegateEvents();
    const title = this.editor.value.trim();
    if (this.editing && !this.isDismissed && title && title !== this.model.get('title')) {
      this.keep({ title, problem: 'Not saved: the todo was deleted while you were changing it.' });
    }
    return Backbone.View.prototype.remove.call(this);
  },
});
