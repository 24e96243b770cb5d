// The subscriptions to one backend on this node: a feed for each channel that somebody is subscribed to. Who subscribes is in the room
// of his shape first, and reads then, so that nothing is committed in between unseen.

import { createHash } from 'node:crypto';
import type { Subscribe, Subscribed } from '../../wire';
import { pushEvent } from '../../wire';
import type { Companion } from '../companion';
import { BackendError } from '../errors';
import { both, pathsOf } from '../filter';
import { shapeRoomOf } from '../rooms';
import type { Session } from '../session';
import type { Change, Store } from '../store';
import { checkOpen } from '../store-layer';
import type { Request } from '../types';
import { View } from './entries';
import { Feed } from './feed';
import { readPage, type Page } from './page';

/** Shapes that a user may hear of at once, on this node. */
const mostShapes = 100;

export class Live {
  private readonly feeds = new Map<string, Feed>();

  constructor(
    private readonly name: string,
    private readonly store: Store,
    private readonly companion: Companion,
  ) {}

  /** Something was committed in this channel. */
  hint(channel: string, change?: Change): void {
    this.feeds.get(channel)?.hint(change);
  }

  async tick(): Promise<void> {
    await Promise.all([...this.feeds.values()].map(feed => feed.tick()));
  }

  stop(): void {
    for (const feed of this.feeds.values()) feed.stop();
  }

  /** `read` runs the layers for `read`, which may refuse, down to the store. */
  async subscribe(session: Session, req: Request, asked: Subscribe, read: (req: Request) => Promise<unknown>): Promise<Subscribed> {
    const { channel, scope } = req;
    checkOpen(req, [...(asked.where ? pathsOf(asked.where as never) : []).filter(path => path !== 'id'), ...(asked.fields ?? [])]);
    const view = new View(both(asked.where as never, scope.where), asked.fields ?? scope.fields);
    const room = shapeRoomOf(this.name, channel, view);
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
      const token = createHash('sha256').update(room).digest('base64url').slice(0, 16);
      const isSame = asked.cursor?.view === token;
      let page: Page | undefined;
      await read({ ...req, catchUp: async store => (page = await readPage(store, channel, view, { ...asked, isSame })) });
      if (!page) throw new BackendError('unsupported', `A layer of "${this.name}" answers reads itself: nothing can be subscribed to.`);
      const { position, entries, next } = page;
      const cursor = position && { ...position, view: token };
      return { shape: shape.id, entries, ...(cursor && { cursor }), ...(next !== undefined && { next }) };
    } catch (error) {
      if (isMine()) session.subscriptions.end(asked.uid);
      throw error;
    }
  }

  private feedOf(channel: string): Feed {
    const { companion, store } = this;
    const { batch, log } = companion.settings;
    const event = pushEvent(this.name, 'changes');
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
