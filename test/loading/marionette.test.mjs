import { expect } from 'chai';
import { startSite } from '../support/site.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { resultOf } from './round-trip.mjs';

// A model's `update` triggered on its collection makes this view throw: it takes it for Backbone's event of that name.
const app = `
Backbone.socket = io();
var Todo = Backbone.Model.extend({ urlRoot: 'todo' });
var todos = new (Backbone.Collection.extend({ model: Todo, url: 'todos' }))([{ id: 1, title: 'milk' }]);
var Row = Marionette.View.extend({
  tagName: 'li', template: function (todo) { return todo.title; }, modelEvents: { 'change:title': 'render' }
});
var list = new Marionette.CollectionView({ tagName: 'ul', childView: Row, collection: todos });
document.body.append(list.render().el);
var todo = todos.get(1);
window.result = new Promise(function (resolve) {
  todo.ioBind('update', todo.set);
  todo.on('all', function (event) { // after the collection's own listener
    if (event === 'update') resolve(list.el.textContent);
  });
  todo.save({ title: 'bread' });
});`;

describe("Marionette 4's CollectionView", () => {
  let workspace, site;

  before(async () => {
    workspace = await createWorkspace();
    site = await startSite({ '/apps': `${workspace.folder}/apps`, '/modules': workspace.modules });
  });
  afterEach(closeWindows);
  after(() => Promise.all([site.stop(), workspace.remove()]));

  it('lives with a bound `update` of a model', async () => {
    const scripts = ['jquery/dist/jquery', 'underscore/underscore-umd', 'backbone/backbone',
      'backbone.radio/build/backbone.radio', 'backbone.marionette/lib/backbone.marionette',
      'backbone.iobind/dist/backbone.iosync', 'backbone.iobind/dist/backbone.iobind'];
    await workspace.app('marionette', {
      'index.html': `<!DOCTYPE html><title>Todos</title><link rel="icon" href="data:,"><body>
        <script src="/socket.io/socket.io.js"></script>
        ${scripts.map(path => `<script src="/modules/${path}.js"></script>`).join('\n')}
        <script>${app}</script>`,
    });
    const window = await openWindow(`${site.url}/apps/marionette/`);
    expect(await resultOf(window)).to.equal('bread');
    expect(window.errors).to.deep.equal([]);
  });
});
