import { expect } from 'chai';
import { Todo, Todos, fakeSocket } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

const kinds = {
  model: { make: () => new Todo({ id: 1 }), url: 'todos/1' },
  collection: { make: () => new Todos(), url: 'todos' },
};

onEachSocket('ioBind', online => {
  for (const [kind, { make, url }] of Object.entries(kinds)) {
    describe(`of a ${kind}`, () => {
      let bound, heard, join, server, tell;
      const note = (...args) => { heard.push(args); };

      beforeEach(async () => {
        ({ join, server, tell } = await online());
        bound = make();
        heard = [];
      });

      it('hears its url and the event, and nothing else', async () => {
        bound.ioBind('create', note);
        await tell(`${url}:delete`, 1);
        await tell(`${url}/2:create`, 2);
        await tell('other:create', 3);
        await tell('create', 4);
        await tell(url, 5);
        await tell(`${url}:create`, 6);
        expect(heard).to.deep.equal([[6]]);
      });

      it('passes on all arguments (PR 18, 24)', async () => {
        bound.ioBind('create', note);
        await tell(`${url}:create`, { title: 'milk' }, null, 'two', [3]);
        await tell(`${url}:create`);
        expect(heard).to.deep.equal([[{ title: 'milk' }, null, 'two', [3]], []]);
      });

      it("passes on the server's acknowledgement function", async () => {
        bound.ioBind('create', (title, acknowledge) => acknowledge(`got ${title}`));
        expect(await server.pushWithAck(`${url}:create`, 'milk')).to.deep.equal(['got milk']);
      });

      it('triggers the event locally, with all arguments', async () => {
        bound.ioBind('create', () => {});
        bound.on('create', note);
        bound.on('all', (...args) => note('all', ...args));
        await tell(`${url}:create`, 'milk', 2);
        expect(heard).to.deep.equal([['milk', 2], ['all', 'create', 'milk', 2]]);
      });

      it('runs the callback also when the page itself triggers the event, as in 0.4.9', () => {
        bound.ioBind('create', note);
        bound.trigger('create', 'milk', 2);
        bound.trigger('other create', 'bread');
        expect(heard).to.deep.equal([['milk', 2], ['bread']]);
      });

      it('runs the callback on the object, or on the context', async () => {
        const context = {};
        bound.ioBind('create', function () { note(this); });
        bound.ioBind('create', function () { note(this); }, context);
        await tell(`${url}:create`);
        expect(heard[0][0]).to.equal(bound);
        expect(heard[1][0]).to.equal(context);
      });

      it('takes a socket, with and without a context', async () => {
        const socket = await join();
        const context = {};
        Backbone.socket = fakeSocket().socket;
        bound.ioBind('create', socket, function () { note(this); });
        bound.ioBind('create', socket, function () { note(this); }, context);
        await tell(`${url}:create`);
        expect(heard.flat()).to.have.ordered.members([bound, context]);
      });

      it('takes null or undefined for the usual socket', async () => {
        const context = {};
        bound.ioBind('create', null, note);
        bound.ioBind('create', undefined, function () { note(this); }, context);
        await tell(`${url}:create`, 1);
        expect(heard).to.deep.equal([[1], [context]]);
      });

      it('takes a list of events', async () => {
        bound.ioBind('create  delete', note);
        await tell(`${url}:create`, 1);
        await tell(`${url}:delete`, 2);
        expect(heard).to.deep.equal([[1], [2]]);
      });

      it('takes a map, with and without a socket and a context', async () => {
        const socket = await join();
        const context = {};
        const say = event => function () { note(event, this); };
        bound.ioBind({ a: say('a'), b: say('b') });
        bound.ioBind({ c: say('c') }, context);
        bound.ioBind({ d: say('d') }, socket);
        bound.ioBind({ e: say('e') }, socket, context);
        bound.ioBind({ f: say('f') }, null, context);
        for (const event of 'abcdef') await tell(`${url}:${event}`);
        expect(heard.map(([event]) => event)).to.deep.equal([...'abcdef']);
        expect(heard.map(([, self]) => self === bound)).to.deep.equal([true, true, false, true, false, false]);
        expect(heard.filter(([, self]) => self !== bound).every(([, self]) => self === context)).to.equal(true);
      });

      it('can be chained, and undone in the chain', async () => {
        expect(bound.ioBind('a', note).ioBind({ b: note }).ioUnbind('a').ioUnbindAll().ioBind('c', note)).to.equal(bound);
        for (const event of 'abc') await tell(`${url}:${event}`, event);
        expect(heard).to.deep.equal([['c']]);
      });

      it('refuses to bind what is no function', () => {
        for (const callback of [undefined, null, 'note', {}]) {
          expect(() => bound.ioBind('create', callback)).to.throw('function');
          expect(() => bound.ioBind({ create: callback })).to.throw('function');
        }
      });

      it('refuses to bind an object without a url, in words', () => {
        const homeless = kind === 'model' ? new Backbone.Model({ id: 1 }) : new Backbone.Collection();
        expect(() => homeless.ioBind('create', note)).to.throw(/url/);
      });

      it('names its version', () => {
        expect(bound.ioBindVersion).to.match(/^1\.\d+\.\d+/);
      });
    });
  }
});
