// Runs that have shown a mistake which few others do: they come first.
const calm = { tight: false };
const first = { page: 0, place: 0, ...calm };

export const found = [
  // What was held back for an own write has gone meanwhile, and the log does not tell that.
  [{
    history: 1, batch: 0, documents: [], isWarm: true,
    lives: [{ do: 'subscribe', channel: '', filter: 0, fields: 0, again: false, ...first }],
  }, [
    { do: 'make', attributes: {}, wait: false, ...first },
    { do: 'write', how: 'create', id: 'a', channel: '', attributes: {}, ...calm },
    { do: 'down', ...first },
    { do: 'cut', ...first },
    { do: 'write', how: 'delete', id: 'a', channel: '', attributes: {}, ...calm },
    { do: 'prune', ...calm },
  ]],
];
