// The place
// ---------
//
// Shows the name of the list, and lets the user type another one.
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

  // A search has no list name, so the field is empty.
  show(place) {
    const { list = '' } = place;
    this.place = place;
    this.input.value = list;
    this.input.placeholder = place.list === undefined ? 'all that are public' : 'for everyone';
    this.$el.toggleClass('private', list.startsWith('~'));
    this.showProblem('');
  },

  go(event) {
    event.preventDefault();
    const list = spellList(this.input.value);
    if (!isList(list)) return this.showProblem('A list’s name has up to 50 letters, digits and hyphens.');
    if (list === this.place.list) return this.show(this.place);
    this.router.navigate(placeOfList(list).path, { trigger: true });
  },

  clear() {
    this.showProblem('');
  },

  cancel(event) {
    if (event.key === 'Escape') this.show(this.place);
  },

  // When the focus leaves without going to another list, the field shows this list's name again.
  leave({ relatedTarget }) {
    if (!this.el.contains(relatedTarget)) this.show(this.place);
  },

  showProblem(problem) {
    this.$('.problem').prop('hidden', !problem).text(problem);
    this.$('input').attr('aria-invalid', problem ? 'true' : null);
  },
});

// Searches all lists that are not private. Without a word it goes to the list for everyone.
const SearchView = Backbone.View.extend({
  el: '#search',

  events: { submit: 'go' },

  initialize({ router }) {
    this.router = router;
    this.input = this.el.querySelector('input');
  },

  show({ word = '' }) {
    this.input.value = word;
  },

  go(event) {
    event.preventDefault();
    // A slash would be taken as part of the address.
    const word = spellWord(this.input.value.replaceAll('/', ' '));
    this.router.navigate(word ? placeOfSearch(word).path : '/', { trigger: true });
  },
});
