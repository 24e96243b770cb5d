// What must hold at each step, at rest, and at the end: the faults, in words.
import { isDeepStrictEqual } from 'node:util';
import { fieldLists } from './rules.mjs';

const nameOf = ({ window, channel, filter, fields, subscription }) =>
  `${window.name}'s ${JSON.stringify({ channel, filter, fields, state: subscription.state })}`;

export function checkStep({ windows }) {
  return windows.flatMap(({ socket, lives }) => lives.filter(Boolean).flatMap(live => [
    ...live.witness.faults.splice(0).map(fault => `${nameOf(live)}: ${fault}`),
    ...(socket.connected || /^(connecting|closed)$/.test(live.subscription.state) ? [] : [`${nameOf(live)}: it is not connected`]),
  ]));
}

export function checkRest(world) {
  const { windows, lives, server } = world;
  const open = lives.filter(({ subscription: { state } }) => state !== 'closed');
  const { subscriptions, members, sessions } = server.left;
  const ones = windows.flatMap(({ one }) => one ?? []);
  const count = open.length + ones.filter(({ isOpen }) => isOpen).length + world.others;
  return [
    ...checkStep(world),
    ...windows.flatMap(window => window.faults),
    ...lives.flatMap(live => checkLive(world, live)),
    ...ones.flatMap(one => one.check()),
    ...windows.flatMap(window => window.writes.flatMap(one => checkWrite(world, one))),
    ...(subscriptions === count && members === count ? [] : [`${count} are subscribed, and the server has ${JSON.stringify(server.left)}`]),
    ...(sessions === windows.length ? [] : [`The server has ${sessions} sessions`]),
    ...server.mistakes,
  ];
}

function checkLive(world, live) {
  const { collection, subscription: { state }, wasRefused, hasOwn, hadHeard, errors, witness } = live;
  const view = world.viewOf(live);
  const fault = words => [`${nameOf(live)}: ${words}`];
  const saved = collection.filter(model => !model.isNew());
  if (!isDeepStrictEqual(saved.map(({ id }) => id).sort(), witness.ids().sort())) return fault('its events have told something else than it is');
  if (state === 'closed') {
    // For whoever has not heard a hello in 2 s there is no companion.
    if (!hadHeard) return [];
    if (!wasRefused) return fault(`it is closed, and nobody has refused it: ${errors}`);
    // What the page has fetched or made itself may be there.
    return saved.length && !hasOwn ? fault('it is closed, and not empty') : [];
  }
  if (!view) return fault('it is refused, and not closed');
  if (state !== 'live') return fault('it is not live');
  const { pick } = fieldLists[live.fields];
  const shown = new Map(saved.map(({ id, attributes: { id: _id, ...rest } }) => [id, pick(rest)]));
  const isSame = isDeepStrictEqual([...shown].sort(byId), [...view].sort(byId));
  return isSame ? [] : fault(`it shows ${JSON.stringify([...shown].sort(byId))} instead of ${JSON.stringify([...view].sort(byId))}`);
}

const byId = ([a], [b]) => (a < b ? -1 : 1);

/** After these nobody knows what the server has done, or will do. */
const uncertain = /^(timeout|disconnected|aborted|unavailable)$/;

function checkWrite({ server, changes, logins }, { op, outcomes, epochs, changes: before, logins: loginsBefore }) {
  if (outcomes.length !== 1) return [`A write has ended ${outcomes.length} times: ${outcomes}`];
  const [outcome] = outcomes;
  const done = server.done.get(op) ?? 0;
  // Sent again by another user, it is another one's.
  if (done > 1 && logins === loginsBefore) return [`A write was done ${done} times`];
  // Another login, other rights or another database may have met its repetition.
  if (epochs !== server.epochs || changes !== before) return [];
  // To a server that has said no hello in time, nothing says which write it is.
  if (outcome === 'success' && !done && op && server.asked.has(op)) return ['A write was acknowledged, and not done'];
  return outcome !== 'success' && done && !uncertain.test(outcome) ? [`A write was refused as ${outcome}, and done`] : [];
}

export function checkEnd({ windows, left, clock }) {
  const { sessions, ...others } = left;
  return [
    ...(Object.values(others).every(count => !count) ? [] : [`The server has kept ${JSON.stringify(left)}`]),
    ...windows.flatMap(({ socket, name }) => [
      // One is the test's.
      ...(socket.listenersAny().length > 1 || socket.listeners('connect').length || socket.listeners('disconnect').length ? [`${name}'s socket has listeners left`] : []),
      ...(Object.keys(socket.acks).length ? [`${name}'s socket has acks left`] : []),
    ]),
    ...(clock.size ? [`${clock.size} timers are left`] : []),
  ];
}
