import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos } from '../fixtures.js';
import { listenersOf, onEachSocket } from './pushes.js';

const count = 10_000;

// What a model is made of, listeners included; Backbone itself leaves an empty `_events`.
const picture = model => JSON.stringify([
  Object.keys(model).filter(key => key !== '_events').sort(), listenersOf(model), model.attributes,
]);

onEachSocket('10,000 models bound and unbound', online => {
  const rows = Array.from({ length: count }, (none, id) => ({ id, title: `todo ${id}` }));
  const note = () => { throw new Error('heard'); };
  let tell;

  beforeEach(async () => {
    ({ tell } = await online());
  });

  const found = () => new Todos(rows).models;
  const waiting = () => rows.map(({ title }) => new Todo({ title }));
  for (const [how, { make = found, unbind }] of Object.entries({
    'by ioUnbind': { unbind: models => models.forEach(model => model.ioUnbind('update delete')) },
    'by ioUnbindAll': { unbind: models => models.forEach(model => model.ioUnbindAll()) },
    'by Backbone.ioUnbindAll': { unbind: () => Backbone.ioUnbindAll() },
    'while they wait for their id': { make: waiting, unbind: models => models.forEach(model => model.ioUnbindAll()) },
  })) {
    it(`leave the socket and the models as they were: ${how}`, async () => {
      const models = make();
      const before = models.map(picture);
      for (const model of models) model.ioBind('update', note).ioBind('delete', note);
      unbind(models);
      expect(leftovers()).to.deep.equal([]);
      expect(models.map(picture).filter((after, index) => after !== before[index])).to.deep.equal([]);
      for (const id of [0, 1, count - 1]) await tell(`todos/${id}:update`);
    });
  }

  it('hear each their own message while they are bound', async () => {
    const heard = [];
    for (const row of rows) new Todo(row).ioBind('update', function (n) { heard.push([this.id, n]); });
    for (const id of [0, 5000, count - 1]) await tell(`todos/${id}:update`, id);
    expect(heard).to.deep.equal([[0, 0], [5000, 5000], [count - 1, count - 1]]);
  });
});
