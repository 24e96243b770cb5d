// Who is signed in
// ----------------
//
// The login is a cookie that this page cannot read, and that the socket sends when it connects. So the server tells the page on each
// connection who is signed in, and the page reconnects after signing in or out.
'use strict';

const Session = Backbone.Model.extend({
  url: 'session',

  defaults: { name: null },

  initialize() {
    this.ioBind('update', this.set, this);
    // The other windows of this browser share the cookie.
    this.others = new BroadcastChannel('session');
    this.others.onmessage = () => this.trigger('login');
  },

  signIn(name, password) {
    return this.ask('/login', { name, password });
  },

  signOut() {
    return this.ask('/logout', {});
  },

  // Uses HTTP, because only an HTTP response can set a cookie. Rejects with an error whose message is for the user.
  async ask(path, data) {
    const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(data) };
    const response = await fetch(path, request).catch(() => undefined);
    // While the server is away a proxy may answer instead, but hardly with JSON.
    const answer = await response?.json().catch(() => undefined);
    if (!answer) throw new Error('The server cannot be reached.');
    if (!response.ok) throw new Error(answer.message);
    this.trigger('login');
    this.others.postMessage('login');
    return answer;
  },
});

const SessionView = Backbone.View.extend({
  el: '#session',

  events: {
    'click .open': 'open',
    'click .cancel': 'close',
    'keydown form': 'cancel',
    'submit form': 'signIn',
    'click .sign-out': 'signOut',
  },

  initialize({ router }) {
    this.router = router;
    this.form = this.el.querySelector('form');
    this.listenTo(this.model, 'change', this.render);
    this.render();
  },

  render() {
    const name = this.model.get('name');
    this.$('.signed-out').prop('hidden', name !== null || !this.form.hidden);
    this.$('.signed-in').prop('hidden', name === null);
    if (name !== null) this.$('.own').text(name).attr('href', pathOf(`~${name}`));
    return this;
  },

  open() {
    this.showForm(true);
    this.form.elements.name.focus();
  },

  close() {
    this.showForm(false);
    this.$('.open').trigger('focus');
  },

  cancel(event) {
    if (event.key === 'Escape') this.close();
  },

  showForm(shown) {
    this.form.hidden = !shown;
    this.form.elements.password.value = '';
    this.showProblem('').render();
  },

  showProblem(problem) {
    this.$('.problem').prop('hidden', !problem).text(problem);
    return this;
  },

  // After signing in, users want to see their private list.
  async signIn(event) {
    event.preventDefault();
    const { name, password } = this.form.elements;
    await this.attempt(async () => {
      const answer = await this.model.signIn(name.value, password.value);
      this.showForm(false);
      this.router.navigate(pathOf(`~${answer.name}`), { trigger: true });
    });
  },

  signOut() {
    return this.attempt(() => this.model.signOut());
  },

  async attempt(change) {
    this.showProblem('').$('button').prop('disabled', true);
    try {
      await change();
    } catch (error) {
      this.showProblem(error.message);
    }
    this.$('button').prop('disabled', false);
  },
});
