// The subscriptions to one backend on this node, with a feed for each channel that has subscribers. A subscriber joins the room of its
// shape first and reads afterwards, so that it misses no commit in between.

import { createHash } from 'node:crypto';
import type { Cursor, Subscribe, Subscribed } from '../../wire';
import { changesEvent, eventName, versionAttribute } from '../../wire';
import type { Companion } from '../companion';
import { BackendError } from '../errors';
import { both, pathsOf } from '../filter';
import { shapeRoomOf } from '../rooms';
import type { Session } from '../session';
import type { Change, Store } from '../store';
import { checkAsked, checkOpen } from '../store-layer';
import type { Request } from '../types';
import { View } from './entries';
import { Feed } from './feed';
import { readPage, type Page } from './page';
import type { Snapshot } from './snapshot';

/** Shapes that one user may be subscribed to at once, on this node. */
const mostShapes = 100;

/** Runs the layers for `read`, which may refuse, down to the store. */
type Read = (req: Request) => Promise<unknown>;

export class Live {
  private readonly feeds = new Map<string, Feed>();
  private ticking: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly store: Store,
    private readonly companion: Companion,
  ) {}

  /** Called when something was committed in this channel. */
  hint(channel: string, change?: Change): void {
    this.feeds.get(channel)?.hint(change);
  }

  tick(): Promise<void> {
    // One feed after the other: requests need the database as well. If a pass takes longer than a tick, the next one does not overtake it.
    this.ticking ??= (async () => {
      for (const feed of this.feeds.values()) await feed.tick();
    })().finally(() => {
      this.ticking = undefined;
    });
    return this.ticking;
  }

  stop(): void {
    for (const feed of this.feeds.values()) feed.stop();
  }

  async subscribe(session: Session, req: Request, asked: Subscribe, read: Read): Promise<Subscribed> {
    const { channel } = req;
    const { view, room, token } = this.lookAt(req, asked);
    this.checkLimits(session, asked.uid, room);
    const feed = this.feedOf(channel);
    const [shape, leave] = feed.enter(room, view);
    const isMine = session.subscriptions.set(asked.uid, shape, () => {
      leave();
      if (!feed.isEmpty) return;
      feed.stop();
      if (this.feeds.get(channel) === feed) this.feeds.delete(channel);
    });
    try {
      await feed.ready;
      const isSame = asked.cursor?.view === token;
      const page = await this.readBy(read, req, store => readPage(store, channel, view, { ...asked, isSame }));
      const { position, entries, next } = page;
      const cursor = position && { ...position, view: token };
      return { shape: shape.id, entries, ...(cursor && { cursor }), ...(next !== undefined && { next }) };
    } catch (error) {
      if (isMine()) session.subscriptions.end(asked.uid);
      throw error;
    }
  }

  /** The cursor is from before the reading: a page that subscribes with it is told of what was committed meanwhile. */
  async snapshot(req: Request, asked: Subscribe, read: Read): Promise<Snapshot> {
    const { view, token } = this.lookAt(req, asked);
    const [first, ...others] = await this.readBy(read, req, store => readAll(store, req.channel, view, asked));
    const entries = [first, ...others].flatMap(page => page.entries);
    const documents = entries.map(({ id, version, attrs }) => ({ ...attrs, [req.idAttribute]: id, [versionAttribute]: version }));
    return { documents, cursor: { ...first.position, view: token } as Cursor };
  }

  /** The view that is asked for, restricted to what the user may see, and two names for it: its room, and the token that pages know. */
  private lookAt(req: Request, { where, fields }: Subscribe): { view: View; room: string; token: string } {
    const { channel, scope } = req;
    checkAsked(req, where ? pathsOf(where as never) : []);
    checkOpen(req, (fields ?? []).filter(path => path !== 'id' && path !== req.idAttribute));
    const view = new View(both(where as never, scope.where), fields ?? scope.fields);
    const room = shapeRoomOf(this.name, channel, view);
    return { view, room, token: createHash('sha256').update(room).digest('base64url').slice(0, 16) };
  }

  private async readBy<T>(read: Read, req: Request, work: (store: Store) => Promise<T>): Promise<T> {
    let result: { of: T } | undefined;
    const asked = whichOf(req);
    const reading: Request = {
      ...req,
      catchUp: async store => {
        if (whichOf(reading) !== asked) {
          throw new BackendError('unsupported', `A layer of "${this.name}" changes what is read: let the backend's "scope" say it, for nothing else is subscribed to.`);
        }
        return (result = { of: await work(store) });
      },
    };
    await read(reading);
    if (!result) throw new BackendError('unsupported', `A layer of "${this.name}" answers reads itself: nothing can be subscribed to.`);
    return result.of;
  }

  private feedOf(channel: string): Feed {
    const { companion, store } = this;
    const { batch, log } = companion.settings;
    const event = eventName(this.name, changesEvent);
    const feed = this.feeds.get(channel)
      ?? new Feed({ store, channel, batch, log, tell: (room, changes) => companion.toRoom(room, undefined, event, [changes]) });
    this.feeds.set(channel, feed);
    return feed;
  }

  private checkLimits({ user, subscriptions }: Session, uid: string, room: string): void {
    subscriptions.check(uid);
    if (user?.id == null) return;
    const rooms = new Set(this.companion.sessionsOf(user.id).flatMap(one => [...one.subscriptions.rooms]));
    if (rooms.size >= mostShapes && !rooms.has(room)) {
      throw new BackendError('rate_limited', `A user may subscribe to ${mostShapes} different things: stop some first.`);
    }
  }
}

/** Which documents a request reads, and which of their attributes: a store ignores anything else that a layer adds. */
const whichOf = ({ channel, scope, fields, model, idAttribute }: Request): string =>
  JSON.stringify([channel, scope, fields, model.where, model.limit, model.offset, model[idAttribute]]);

async function readAll(store: Store, channel: string, view: View, asked: Subscribe): Promise<[first: Page, ...others: Page[]]> {
  const first = await readPage(store, channel, view, { ...asked, after: '', isSame: false });
  const pages: [Page, ...Page[]] = [first];
  for (let after = first.next; after !== undefined; after = pages.at(-1)?.next) {
    pages.push(await readPage(store, channel, view, { ...asked, after, isSame: false }));
  }
  return pages;
}
