import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos } from '../fixtures.js';
import { listenersOf, onEachSocket } from './pushes.js';

const refused = ['add', 'remove', 'reset', 'change', 'change:title', 'changeId', 'destroy', 'all'];
const quiet = ['request', 'sync', 'error', 'invalid', 'sort'];
const kinds = {
  model: { make: () => new Todo({ id: 1 }), url: 'todos/1', quiet },
  collection: { make: () => new Todos(), url: 'todos', quiet: [...quiet, 'update'] },
};

onEachSocket('The name of an event', online => {
  for (const [kind, { make, url, quiet }] of Object.entries(kinds)) {
    describe(`of a ${kind}`, () => {
      let bound, heard, tell;
      const note = (...args) => { heard.push(args); };

      beforeEach(async () => {
        ({ tell } = await online());
        bound = make();
        heard = [];
      });

      for (const name of refused) {
        it(`is refused with a hint when it is Backbone's: ${name}`, () => {
          expect(() => bound.ioBind(name, note)).to.throw(Error, new RegExp(`"${name}".*(create|update|delete)`));
          expect(leftovers()).to.deep.equal([]);
        });
      }

      it('is refused in a list or map before anything is bound', async () => {
        const before = listenersOf(bound);
        expect(() => bound.ioBind('create reset delete', note)).to.throw('reset');
        expect(() => bound.ioBind({ create: note, 'change:title': note })).to.throw('change:title');
        expect(() => bound.ioBind({ create: note, delete: undefined })).to.throw('function');
        expect(leftovers()).to.deep.equal([]);
        expect(listenersOf(bound)).to.deep.equal(before);
        bound.ioBind('end', note);
        await tell(`${url}:create`, 1);
        await tell(`${url}:end`, 2);
        expect(heard).to.deep.equal([[2]]);
      });

      it("may look like Backbone's, and may have colons", async () => {
        const names = ['added', 'item:add', 'changes', 'changed:title', 'a:b:c'];
        bound.ioBind(names.join(' '), note);
        for (const name of names) await tell(`${url}:${name}`, name);
        expect(heard.flat()).to.deep.equal(names);
      });

      for (const name of quiet) {
        it(`has another meaning to Backbone, so that only callbacks run: ${name}`, async () => {
          bound.ioBind(name, (...args) => note('bound', ...args));
          bound.on(name, (...args) => note('local', ...args));
          bound.on('all', (...args) => note('all', ...args));
          await tell(`${url}:${name}`, 1, 2);
          expect(heard).to.deep.equal([['bound', 1, 2]]);
        });

        it(`has another meaning to Backbone, whose own runs no bound callback: ${name}`, () => {
          bound.ioBind(name, () => note('bound'));
          bound.on(name, () => note('local'));
          bound.trigger(name, bound, {});
          expect(heard).to.deep.equal([['local']]);
        });
      }
    });
  }
});
