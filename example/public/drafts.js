// Drafts
// ------
//
// A draft is a title that the server has not saved yet. It appears when the user presses Enter, and disappears when the todo exists. If
// saving fails, the draft stays and shows the reason; it can be changed, sent again or discarded. So nothing the user typed is lost, and
// the input is free for the next todo.
'use strict';

const Draft = Backbone.Model.extend({
  // `wait` keeps the new todo out of the list until the server has answered with its id, so the server knows every todo in the list. A
  // request that seemed to fail may have been executed: a live collection then hears of this todo, and gives the same model its id. In both
  // cases the draft is removed as soon as its todo has an id.
  send(todos) {
    this.set({ sending: true, problem: '' });
    const { list, title } = this.attributes;
    const todo = todos.create({ list, title: title.trim() }, {
      wait: true,
      error: (sent, problem) => this.set({ sending: false, problem: explain(problem, 'added') }),
    });
    todo.once('change:id', () => this.collection?.remove(this));
  },
});

const DraftView = Backbone.View.extend({
  tagName: 'li',
  className: 'draft',

  events: {
    'input .editor': 'write',
    'submit form': 'send',
    'click .discard': 'discard',
  },

  initialize({ todos }) {
    this.todos = todos;
    this.el.append(document.querySelector('#draft-template').content.cloneNode(true));
    this.$('.editor').val(this.model.get('title'));
    this.listenTo(this.model, 'change', this.render);
    this.listenTo(this.model, 'remove', this.remove);
    this.render();
  },

  // While it is being sent it has no buttons. They appear with the problem.
  render() {
    const { sending, problem } = this.model.attributes;
    this.$el.toggleClass('saving', sending).attr('aria-busy', String(sending));
    this.$('.editor').prop('readonly', sending);
    this.$('button').prop('hidden', sending);
    this.$('.problem').prop('hidden', !problem).text(problem);
    return this;
  },

  // The draft outlives this view if the user goes to another list.
  write() {
    this.model.set({ title: this.$('.editor').val() });
  },

  send(event) {
    event.preventDefault();
    this.$('.editor').trigger('focus');
    if (!this.model.get('sending') && this.model.get('title').trim()) this.model.send(this.todos);
  },

  discard() {
    this.model.collection.remove(this.model);
  },

  // If the focus was in here, it moves to the input for the next todo.
  remove() {
    if (this.el.contains(document.activeElement)) $('#title').trigger('focus');
    return Backbone.View.prototype.remove.call(this);
  },
});
