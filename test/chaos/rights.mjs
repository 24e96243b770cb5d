// What pages may see changes while they look: in the database first, then all nodes look again. A page that may see nothing any more must
// be sent nothing that is committed from then on.
import { setTimeout as pause } from 'node:timers/promises';
import { nameOf } from './views.mjs';

let probes = 0;

export async function changeRights(world, alone) {
  const number = world.below(world.lines.length);
  const name = nameOf(number);
  const line = world.lines[number];
  await alone(name, async () => {
    const level = world.below(3);
    // A page that cannot ask for anything meanwhile is put out all the same.
    if (world.chance() < 0.5) await alone(line, async () => {
      line.mute('up');
      await setLevel(world, name, level);
      line.heal();
    });
    else await setLevel(world, name, level);
    if (world.levels.get(name)) await world.askAll(world.programs, 'again', name);
  });
}

export async function setLevel(world, name, level) {
  const { query, nodes, levels, askAll } = world;
  const isSet = await query('update rights set level = $2 where name = $1', [name, level]).then(() => true, () => false);
  if (!isSet) return;
  levels.set(name, level);
  // A node that is killed now will ask the database when it is back.
  await askAll(nodes, 'revoke', name);
  if (level === 0) await probe(world, name);
}

// Is there until others have been told of it, unless nobody is, and gone before the page may see anything again.
async function probe({ query, history }, name) {
  const id = `probe-${probes += 1}`;
  const row = { mark: `closed to ${name} ${probes}`, kind: 'x', n: 1 };
  await query("insert into things (id, channel, attributes) values ($1, 'secret', $2)", [id, row]).catch(() => {});
  for (let left = 30; left && history.probe !== row.mark; left -= 1) await pause(50);
  await persist(() => query('delete from things where id = $1', [id]));
}

// The database may be away.
export async function persist(work) {
  for (let left = 100; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!left) throw error;
      await pause(200);
    }
  }
}
