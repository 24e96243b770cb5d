// Drafts
// ------
//
// A draft is a text that the server has not taken yet. It appears when someone presses Enter, and goes when the todo is
// there. If that fails, it stays where it is with the reason, and can be changed, sent again, or thrown away: nothing
// that was typed is lost, and meanwhile the input is free for the next thought.
'use strict';

const Draft = Backbone.Model.extend({
  // `wait` keeps the new todo out of the list until the server has answered with its id. So a todo in the list is
  // always one that the server knows. What seemed to fail may turn out to have been done: a live collection then hears of
  // the very todo that was sent here, and gives it its id. Either way, a draft whose todo has an id is none any more.
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

  // While it is on its way it only says that it is. Its buttons come with the problem.
  render() {
    const { sending, problem } = this.model.attributes;
    this.$el.toggleClass('saving', sending).attr('aria-busy', String(sending));
    this.$('.editor').prop('readonly', sending);
    this.$('button').prop('hidden', sending);
    this.$('.problem').prop('hidden', !problem).text(problem);
    return this;
  },

  // The draft outlives this view, when another list takes the place of this one.
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

  // Focus that was in here goes back to where the next todo begins.
  remove() {
    if (this.el.contains(document.activeElement)) $('#title').trigger('focus');
    return Backbone.View.prototype.remove.call(this);
  },
});
