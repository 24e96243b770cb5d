// The server's own words in frames of the fuzz run: a cursor is worth something only if it is one that the server has answered to whoever
// asked for the same. Frames have `@epoch`, `@head` and `@view` in their place.
const most = 1_000;

export function createCursors() {
  const cursors = new Map();
  return {
    // From the answer to a subscription.
    learn(subject, answer) {
      const cursor = /"cursor":(\{[^}]*\})/.exec(answer)?.[1];
      if (!subject || !cursor) return;
      if (cursors.size > most) cursors.clear();
      cursors.set(subject, JSON.parse(cursor));
    },
    fill(subject, frame) {
      const { epoch = 'none', head = 0, view = 'none' } = cursors.get(subject) ?? {};
      return frame.replaceAll('"@epoch"', JSON.stringify(epoch)).replaceAll('"@head"', head).replaceAll('"@view"', JSON.stringify(view));
    },
  };
}
