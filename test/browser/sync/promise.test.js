import { expect } from 'chai';
import { connected, skip, startServer, versions } from '../../support/control.js';
import { unheardRejections } from '../../support/rejections.js';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';

describe('What fetch, save and destroy return', () => {
  // A request over a fake socket, and the means to answer it.
  function pending(options) {
    const { socket, sent } = fakeSocket();
    const request = new Todo({ id: 1 }).fetch({ ...options, socket });
    return { request, answer: (...args) => sent[0].answer(...args) };
  }

  it('is a promise of the answer (PR 23)', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:read', (data, reply) => reply(null, [{ id: 1 }]));
    server.handle('todos:update', (data, reply) => reply(null, { version: 2 }));
    server.handle('todos:delete', (data, reply) => reply(null, { gone: data.id }));
    const todos = new Todos();
    expect(await todos.fetch()).to.deep.equal([{ id: 1 }]);
    expect(await todos.at(0).save()).to.deep.equal({ version: 2 });
    expect(await todos.at(0).destroy()).to.deep.equal({ gone: 1 });
  });

  it('calls back after Backbone has taken the answer', () => {
    const { socket, sent } = fakeSocket();
    const todo = new Todo({ id: 1 });
    const seen = [];
    todo.fetch({ socket }).done(() => seen.push(todo.get('title')));
    sent[0].answer(null, { title: 'milk' });
    expect(seen).to.deep.equal(['milk']);
  });

  it('is rejected with the error as it came, and as Promise.all and catch expect', async () => {
    const first = pending();
    first.answer('no');
    expect(await first.request.catch(error => `caught ${error}`)).to.equal('caught no');
    const [one, two] = [pending(), pending()];
    one.answer(null, { n: 1 });
    two.answer({ code: 403 });
    expect(await failureOf(Promise.all([one.request, two.request]))).to.deep.equal({ code: 403 });
    const reached = [];
    two.request.finally(() => reached.push('finally')).catch(error => reached.push(error.code));
    await failureOf(two.request.finally(() => {}));
    expect(reached).to.deep.equal(['finally', 403]);
  });

  it('passes values on through then, as promises do', async () => {
    const { request, answer } = pending();
    const chained = request.then(data => data.n + 1).then(n => n * 2);
    answer(null, { n: 1 });
    expect(await chained).to.equal(4);
    expect(await request.then(data => data.n)).to.equal(1);
    expect(await request.finally(() => 'ignored')).to.deep.equal({ n: 1 });
  });

  it('calls done and always with the answer, also when they are added later', () => {
    const { request, answer } = pending();
    const heard = [];
    const note = name => value => heard.push([name, value.n]);
    request.done(note('done')).fail(note('fail')).always(note('always'));
    answer(null, { n: 1 });
    request.done(note('late done')).fail(note('late fail')).always(note('late always'));
    expect(heard).to.deep.equal([['done', 1], ['always', 1], ['late done', 1], ['late always', 1]]);
  });

  it('calls fail and always with the error, also when they are added later', () => {
    const { request, answer } = pending();
    const heard = [];
    const note = name => value => heard.push([name, value]);
    request.done(note('done')).fail(note('fail')).always(note('always'));
    answer('no');
    request.done(note('late done')).fail(note('late fail')).always(note('late always'));
    expect(heard).to.deep.equal([['fail', 'no'], ['always', 'no'], ['late fail', 'no'], ['late always', 'no']]);
  });

  it('has promise() and progress(), and chains, as a jqXHR does', () => {
    const { request, answer } = pending();
    const chained = request.progress(() => {}).promise().done(() => {}).fail(() => {}).always(() => {});
    for (const method of ['then', 'catch', 'finally', 'done', 'fail', 'always', 'progress', 'promise', 'abort']) {
      expect(chained[method], method).to.be.a('function');
    }
    answer(null, {});
  });

  it('raises no unhandledrejection when it fails and nobody listens', async () => {
    const { answer } = pending();
    answer('no');
    const aborted = pending();
    aborted.request.abort();
    const late = pending();
    late.request.done(() => {}).fail(() => {}).always(() => {});
    late.answer('no');
    expect(await unheardRejections()).to.deep.equal([]);
  });

  it('calls back once, whatever else happens to the request', () => {
    const { request, answer } = pending();
    let calls = 0;
    request.always(() => { calls += 1; });
    answer(null, { n: 1 });
    answer(null, { n: 2 });
    answer('no');
    request.abort();
    expect(calls).to.equal(1);
  });

  it('needs no jQuery', async () => {
    const page = window.Backbone.$;
    window.Backbone.$ = undefined;
    try {
      const { request, answer } = pending();
      answer(null, { n: 1 });
      expect(await request).to.deep.equal({ n: 1 });
    } finally {
      window.Backbone.$ = page;
    }
  });

  it('is understood by jQuery\'s $.when', async function () {
    if (!versions.jquery) skip(this, 'there is no jQuery');
    const [one, two, three] = [pending(), pending(), pending()];
    const both = $.when(one.request, two.request);
    one.answer(null, { n: 1 });
    expect(both.state()).to.equal('pending');
    two.answer(null, { n: 2 });
    expect(await new Promise(resolve => both.done((...values) => resolve(values)))).to.deep.equal([{ n: 1 }, { n: 2 }]);
    const failing = $.when(one.request, three.request);
    three.answer('no');
    expect(await new Promise(resolve => failing.fail(resolve))).to.equal('no');
    const single = pending();
    const when = $.when(single.request);
    single.answer(null, { n: 3 });
    expect(await new Promise(resolve => when.done(resolve))).to.deep.equal({ n: 3 });
  });
});
