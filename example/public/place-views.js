// The place
// ---------
//
// Shows which list this is, and takes the name of another one.
'use strict';

const PlaceView = Backbone.View.extend({
  el: '#place',

  events: {
    submit: 'go',
    input: 'clear',
    'keydown input': 'cancel',
    focusout: 'leave',
  },

  initialize({ router }) {
    this.router = router;
    this.input = this.el.querySelector('input');
  },

  show(list) {
    this.list = list;
    this.input.value = list;
    this.$el.toggleClass('private', list.startsWith('~'));
    this.showProblem('');
  },

  go(event) {
    event.preventDefault();
    const list = spellList(this.input.value);
    if (!isList(list)) return this.showProblem('A list’s name has up to 50 letters, digits and hyphens.');
    if (list === this.list) return this.show(list);
    this.router.navigate(pathOf(list), { trigger: true });
  },

  clear() {
    this.showProblem('');
  },

  cancel(event) {
    if (event.key === 'Escape') this.show(this.list);
  },

  // Whoever goes elsewhere is still in this list.
  leave({ relatedTarget }) {
    if (!this.el.contains(relatedTarget)) this.show(this.list);
  },

  showProblem(problem) {
    this.$('.problem').prop('hidden', !problem).text(problem);
    this.$('input').attr('aria-invalid', problem ? 'true' : null);
  },
});
