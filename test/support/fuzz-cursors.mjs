// Puts real cursors into frames of the fuzz run: a cursor has an effect only if the server gave it to a client that asked for the same.
// The frames have the placeholders `@epoch`, `@head` and `@view`.
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
