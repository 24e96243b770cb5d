// What has to be undone after a test, or, if it was made outside of one (in a `before`), after all tests.

const undos = { test: [], suite: [] };
let current = 'suite';

// `when` is 'first' for what must be gone before the sockets are examined.
export function keep(undo, when = 'last') {
  undos[current].push({ undo, when });
}

export const enterTest = () => { current = 'test'; };
export const leaveTest = () => { current = 'suite'; };

// Undoes in reverse order of making; all of it, whatever fails, and then says what failed.
export async function undoAll(scope, when) {
  const due = undos[scope].filter(entry => entry.when === when).reverse();
  undos[scope] = undos[scope].filter(entry => entry.when !== when);
  const failures = [];
  for (const { undo } of due) {
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length) throw failures[0];
}
