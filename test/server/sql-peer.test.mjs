// Packages that only a part of the server needs. Not exported, so from the source.
import assert from 'node:assert/strict';
import { require as load } from 'tsx/cjs/api';

const { peer, requirePeer } = load('../../lib/server/peer.ts', import.meta.filename);
const sentence = 'jwt() needs the package "no-such-package", which is not installed: npm install no-such-package';

describe('a package that is needed', () => {
  it('is loaded with all its names, an ES module or not', async () => {
    assert.equal(typeof (await peer('@electric-sql/pglite', 'A store')).PGlite, 'function');
    assert.equal(typeof (await peer('proper-lockfile', 'A store')).lock, 'function');
    assert.equal(typeof (await peer('pg', 'A store')).Pool, 'function');
    assert.equal(typeof requirePeer('socket.io', 'listen()').Server, 'function');
  });

  it('is named where it is missing, with what needs it', async () => {
    await assert.rejects(peer('no-such-package', 'jwt()'), { message: sentence });
    assert.throws(() => requirePeer('no-such-package', 'jwt()'), { message: sentence });
  });
});
