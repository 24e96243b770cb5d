// Which errors a client is told, and which only the log.
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { BackendError } = companion;

describe('A backend', () => {
  const { answerOf } = useServers();

  it('tells the client of errors that were made for it, with their details', async () => {
    const told = {
      'a BackendError': [new BackendError('full', 'Enough.', { most: 3 }), { code: 'full', message: 'Enough.', most: 3 }],
      'an object': [{ code: 'full', message: 'Enough.', most: 3 }, { code: 'full', message: 'Enough.', most: 3 }],
      'a text': ['Enough.', { code: 'refused', message: 'Enough.' }],
      'an error of http-errors': [Object.assign(new Error('Enough.'), { expose: true, status: 409 }), { code: 'refused', message: 'Enough.' }],
    };
    for (const [name, [error, answer]] of Object.entries(told)) {
      for (const layer of [(req, res, next) => next(error), (req, res) => res.error(error)]) {
        expect((await answerOf(backend => backend.use(layer))).error, name).to.deep.equal(answer);
      }
    }
  });

  it('keeps the text and the stack of every other error to its log', async () => {
    const mistake = Object.assign(new Error('select * from secrets'), { code: '42601', detail: 'secret' });
    const { error, log } = await answerOf(backend => backend.use(() => { throw mistake; }));
    expect(error).to.deep.equal({ code: 'internal', message: 'Internal server error.' });
    expect(log).to.deep.equal(['todos:create failed']);
    const debugged = await answerOf(backend => backend.use(() => { throw mistake; }), { options: { debug: true } });
    expect(debugged.error).to.deep.equal({ code: 'internal', message: 'select * from secrets' });
  });

  it('takes for made on purpose nothing that libraries throw: objects of a class, errors of another realm; and tells no stack', async () => {
    class Rejection {
      query = 'secret';
    }
    const foreign = runInNewContext('Object.assign(new Error("secret"), { query: "secret" })');
    for (const thrown of [new Rejection(), foreign, new Map(), [], 7, Symbol('x'), () => {}]) {
      expect((await answerOf(backend => backend.use((req, res) => res.error(thrown)))).error.code).to.equal('internal');
    }
    const { error } = await answerOf(backend => backend.use((req, res) => res.error({ code: 'full', message: 'Enough.', stack: 'at …' })));
    expect(error).to.deep.equal({ code: 'full', message: 'Enough.' });
  });

  it('answers what cannot even be read, because it throws, and logs that', async () => {
    const throwing = name => ({ get: () => { throw new Error(`This ${name} throws on purpose.`); }, enumerable: true });
    const unreadable = [{}, new Error('secret')].map(one => Object.defineProperty(one, 'message', throwing('message')));
    for (const thrown of [...unreadable, Object.defineProperty({}, 'code', throwing('code'))]) {
      for (const debug of [false, true]) {
        const { error, log } = await answerOf(backend => backend.use((req, res) => res.error(thrown)), { options: { debug } });
        expect([error.code, error.message, log]).to.deep.equal(['internal', 'Internal server error.', ['todos:create failed']]);
      }
    }
  });

  it('answers `internal` where JSON cannot say the result, and lives', async () => {
    const circular = {};
    circular.self = circular;
    let deep = [];
    for (let n = 0; n < 50_000; n += 1) deep = [deep];
    for (const result of [circular, 1n, deep]) {
      const { error, log } = await answerOf(backend => backend.use((req, res) => res.end(result)));
      expect(error.code).to.equal('internal');
      expect(log).to.include('An answer could not be sent');
    }
  });
});
