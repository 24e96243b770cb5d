// Around every browser test: its sockets are examined, then its servers, sockets and pages are taken away.
// The examination is part of the test: it ends everything bound through the library, and then nothing may be left.
import { enterTest, leaveTest, undoAll } from './scope.js';
import { forget, leftovers } from './tracked-socket.js';
import { forgetRejections, unheardRejections } from './rejections.js';

beforeEach(function () {
  enterTest();
  forgetRejections();
  examineAfter(this.currentTest);
});

afterEach(async () => {
  leaveTest();
  forget();
  await undoAll('test', 'first');
  await undoAll('test', 'last');
  delete window.socket;
  delete window.Backbone.socket;
});

after(async () => {
  await undoAll('suite', 'first');
  await undoAll('suite', 'last');
});

// A failing root hook would end the whole run, so the check is put around the test's own function.
function examineAfter(test) {
  const { fn } = test;
  if (fn.length) throw new Error(`"${test.title}" takes a done callback: return a promise instead`);
  test.fn = async function () {
    await fn.call(this);
    await undoAll('test', 'first');
    window.Backbone.ioUnbindAll?.();
    const rejections = await unheardRejections();
    if (rejections.length) throw new Error(`A promise was rejected and nobody listened: ${rejections.join(', ')}`);
    const left = leftovers();
    if (left.length) throw new Error(`After the test ${left.join('; ')}.`);
  };
}
