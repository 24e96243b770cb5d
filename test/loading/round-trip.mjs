// What every loaded app does: it saves a todo, and hears the server tell of it. The text goes into apps of all
// kinds, so it stands here as one, in a language that all of them understand.

const roundTrip = `
function roundTrip(Backbone, socket) {
  Backbone.socket = socket;
  var todos = new (Backbone.Collection.extend({ url: 'todos' }))();
  return new Promise(function (resolve, reject) {
    var heard, saved;
    function settle() {
      if (!heard || !saved) return;
      todos.ioUnbindAll();
      socket.disconnect();
      resolve({ heard: heard, saved: saved.toJSON() });
    }
    todos.ioBind('create', function (todo) { heard = todo; settle(); });
    todos.create({ title: 'milk' }, {
      wait: true,
      success: function (todo) { saved = todo; settle(); },
      error: function (todo, error) { reject(error); }
    });
  });
}`;

export const asScript = `window.roundTrip = ${roundTrip.trim()};`;
export const asModule = `export default ${roundTrip.trim()}`;
export const asCommonJs = `module.exports = ${roundTrip.trim()};`;
export const asAmd = `define(function () { return ${roundTrip.trim()}; });`;

const todo = { id: 1, title: 'milk' };
export const expected = { heard: todo, saved: todo };

// Opens the page and waits for the promise that its app left in window.result.
export async function resultOf(window) {
  await window.waitForFunction(() => window.result, undefined, { timeout: 10_000 }).catch(error => {
    throw new Error(`The app left no result. The page said: ${window.errors.join('\n') || 'nothing'}`, { cause: error });
  });
  return window.evaluate(() => window.result);
}
