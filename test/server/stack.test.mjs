// Layers, as in Connect: order, and the mistakes that are easy to make.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { gate, useServers } from './servers.mjs';

const { createBackend, memoryStore } = companion;

describe('A backend', () => {
  const { start, answerOf, connect, ask, listening, settled } = useServers();

  it('runs its layers in their order, for all methods or for those that are named', async () => {
    const seen = [];
    const note = name => (req, res, next) => {
      seen.push(name);
      next();
    };
    await answerOf(backend => backend
      .use(note('all'))
      .use('create', 'update', note('two'))
      .use(['create'], note('list'), note('second'))
      .use('read', note('other'))
      .create(note('helper'))
      .delete(note('other')));
    expect(seen).to.deep.equal(['all', 'two', 'list', 'second', 'helper']);
  });

  it('answers what the first layer answers, and the model where none does', async () => {
    expect((await answerOf(backend => backend.use((req, res) => {
      res.end('first');
      res.end('second');
      res.error('third');
    }))).result).to.equal('first');
    expect((await answerOf(backend => backend.use((req, res, next) => {
      req.model.seen = true;
      next();
    }))).result).to.deep.equal({ title: 'milk', seen: true });
  });

  it('gives layers what they need to know', async () => {
    const { result } = await answerOf(backend => backend.use((req, res) => {
      const { method, model, options, backend: name, channel, user } = req;
      res.end({ method, model, options, name, channel, user: user ?? null, socket: typeof req.socket.id });
    }));
    expect(result).to.deep.equal({
      method: 'create', model: { title: 'milk' }, options: {}, name: 'todos', channel: '', user: null, socket: 'string',
    });
  });

  it('takes the failure of a layer, however it fails, to the next layer for errors', async () => {
    const failing = [
      () => { throw new Error('x'); },
      async () => { throw new Error('x'); },
      (req, res, next) => next(new Error('x')),
      async (req, res, next) => next(new Error('x')),
    ];
    for (const layer of failing) {
      const { result } = await answerOf(backend => backend
        .use(layer, (req, res) => res.end('passed over'))
        .use((error, req, res, next) => next(new Error(`${error.message}y`)))
        .use((error, req, res, next) => (next.length ? res.end(error.message) : undefined)));
      expect(result).to.equal('xy');
    }
  });

  it('goes on to ordinary layers when a layer for errors has dealt with one', async () => {
    const { result } = await answerOf(backend => backend
      .use((req, res, next) => next('oops'))
      .use((error, req, res, next) => next())
      .use((req, res) => res.end('well')));
    expect(result).to.equal('well');
  });

  it('says in plain words that next() was called twice', async () => {
    const { result, log } = await answerOf(backend => backend.use((req, res, next) => {
      next();
      next();
    }));
    expect(result).to.deep.equal({ title: 'milk' });
    expect(log).to.deep.equal(['In todos:create, next() called multiple times by layer 1']);
  });

  it('lets nothing happen below a layer that has answered and goes on by mistake', async () => {
    const store = memoryStore();
    const { error, log } = await answerOf(backend => backend
      .use((req, res, next) => {
        res.error({ code: 'forbidden' });
        next();
      })
      .use(store));
    expect(error.code).to.equal('forbidden');
    expect(await store.list()).to.deep.equal([]);
    expect(log).to.deep.equal(['In todos:create, layer 1 called next() after the answer: nothing below it is run']);
  });

  it('begins nothing when time is up', async () => {
    const store = memoryStore();
    const late = gate();
    let goOn;
    const { error } = await answerOf(
      backend => backend.use((req, res, next) => (goOn = next)).use(store),
      { backendOptions: { deadline: 20 }, options: { log: words => words.includes('after the answer') && late.open() } },
    );
    expect(error.code).to.equal('timeout');
    goOn();
    await late.passed;
    expect(await store.list()).to.deep.equal([]);
  });

  it('says so when a layer fails after it has answered', async () => {
    const { result, log } = await answerOf(backend => backend.use(async (req, res) => {
      res.end('well');
      throw new Error('late');
    }));
    expect(result).to.equal('well');
    expect(log).to.deep.equal(['In todos:create, layer 1 failed after it had answered']);
  });

  it('tells others nothing of what a layer answers in place of a store, or of a store that has refused', async () => {
    const store = memoryStore();
    const refusing = createBackend().use(store).use((error, req, res, next) => (error ? res.end({ id: '1', ok: false }) : next()));
    const writing = createBackend().create(async (req, res) => {
      const { id, attributes } = await store.create(req.model, { origin: req.socket?.id });
      res.end({ id, ...attributes });
    }).use(store);
    const failing = createBackend().create(() => { throw new Error('on purpose'); }).use((error, req, res, next) => (error ? res.end({ id: '1' }) : next()));
    const { url } = await start({ refusing, writing, failing }, { log() {} });
    const [one, other] = [await connect(url), await connect(url)];
    const pushes = listening(other);
    await ask(one, 'writing:create', { title: 'milk' });
    await ask(one, 'refusing:update', { id: '1', title: 'nothing' });
    await ask(one, 'failing:create', { id: '1' });
    await settled(other);
    expect(pushes.filter(([event]) => event !== 'refusing:create').map(([event]) => event)).to.deep.equal(['writing:create']);
  });

  it('takes next(null), next(false) and the like for no error, as Connect does', async () => {
    for (const none of [undefined, null, false, 0, '']) {
      expect((await answerOf(backend => backend.use((req, res, next) => next(none)).use((req, res) => res.end('on')))).result).to.equal('on');
    }
  });

  it('says so when a layer fails after it has gone on', async () => {
    const { log } = await answerOf(backend => backend.use(async (req, res, next) => {
      next();
      throw new Error('late');
    }));
    expect(log).to.deep.equal(['In todos:create, layer 1 failed after it had called next()']);
  });

  it('ends a request that no layer answers, and says which', async () => {
    const { error, log } = await answerOf(backend => backend.use(() => {}), { backendOptions: { deadline: 20 } });
    expect(error.code).to.equal('timeout');
    expect(log).to.deep.equal(['In todos:create, no layer answered within 20 ms; each must call res.end, res.error or next.']);
  });

  it('refuses methods that are not Backbone\'s unless a layer names them', async () => {
    const archive = backend => backend.use('archive', (req, res) => res.end('archived')).use(memoryStore());
    expect((await answerOf(archive, { method: 'archive' })).result).to.equal('archived');
    for (const method of ['frob', 'constructor', '__proto__', 'toString', '', 'Create', 'use']) {
      expect((await answerOf(archive, { method })).error.code, method).to.equal('unsupported');
    }
  });

  it('guards patch where it guards update', async () => {
    const guarded = backend => backend.use('update', (req, res) => res.error({ code: 'guarded' })).use(memoryStore());
    for (const method of ['update', 'patch']) {
      expect((await answerOf(guarded, { method, model: { id: 1 } })).error.code).to.equal('guarded');
    }
  });

  it('guards patch where it guards update, also if another layer guards both', async () => {
    const guarded = backend => backend.use('create', 'update', 'patch', 'delete', (req, res, next) => next())
      .use('create', 'update', (req, res) => res.error({ code: 'guarded' })).use(memoryStore());
    expect((await answerOf(guarded, { method: 'patch', model: { id: 1 } })).error.code).to.equal('guarded');
  });

  it('leaves patch to the layers that name it without update, if any does', async () => {
    const apart = backend => backend.use('update', (req, res) => res.error({ code: 'guarded' })).patch((req, res) => res.end('patched'));
    expect((await answerOf(apart, { method: 'patch' })).result).to.equal('patched');
    expect((await answerOf(apart, { method: 'update' })).error.code).to.equal('guarded');
  });

  it('refuses what is no layer when it is set up', () => {
    for (const args of [[], ['create'], [{}], ['create', undefined], [() => {}, null], [[]]]) {
      expect(() => createBackend().use(...args)).to.throw('use() takes names of methods');
    }
    for (const name of ['create update', ' create', '', 'destroy', 'save', 'fetch']) {
      expect(() => createBackend().use(name, () => {}), name).to.throw(TypeError, `no method "${name}"`);
    }
  });

  it('takes its store before it is listened to', async () => {
    const todos = createBackend();
    await start({ todos });
    expect(() => todos.use(memoryStore())).to.throw('before listen()');
    expect(() => todos.use(() => {})).to.not.throw();
  });
});
