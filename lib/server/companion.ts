// What `listen` sets up for one Socket.IO server: its backends, its sessions and its settings. Hears of every change, pushes it to the
// sockets of this node, and tells the other nodes if they cannot know of it.

import { randomUUID } from 'node:crypto';
import type { Namespace, Server, Socket } from 'socket.io';
import type { BackendHello } from '../wire';
import type { Push } from './backend';
import type { Endpoint } from './endpoint';
import { tellNodes } from './nodes';
import type { Session } from './session';
import type { Change, Store } from './store';
import type { ListenOptions, User } from './types';

/** The options of `listen`, with the defaults filled in. */
export type Settings = ListenOptions &
  Required<Pick<ListenOptions, 'event' | 'loginTimeout' | 'connectionsPerUser' | 'channelsPerSocket' | 'batch' | 'tick' | 'maxUnread' | 'debug' | 'log'>>;

/** How many messages `logOnce` remembers. */
const mostSaid = 1_000;

export class Companion {
  /** Identifies this node to the others. */
  readonly id = randomUUID();
  /** By the name given to `listen`. */
  readonly endpoints = new Map<string, Endpoint>();
  /** By the first part of a request's event: the name of a backend, or the url of its collection or of its models. */
  readonly namespaces = new Map<string, Endpoint>();
  /** The stores of all backends. */
  readonly stores = new Set<Store>();
  readonly sessions = new Set<Session>();
  /** Requests that are being answered. */
  readonly running = new Set<Promise<unknown>>();
  isDraining = false;
  /** How often any user's rights have changed. */
  revocations = 0;
  private isFollowing = false;
  private begun: Promise<unknown> | undefined;
  private readonly said = new Set<string>();
  /** Called when the server closes. */
  readonly undos: Array<() => void> = [];

  constructor(
    readonly io: Server,
    readonly settings: Settings,
  ) {}

  get descriptions(): { [name: string]: BackendHello } {
    return Object.fromEntries([...this.endpoints].map(([name, { description }]) => [name, description]));
  }

  /** Serves every Socket.IO namespace, including those that are created later. */
  eachNamespace(serve: (namespace: Namespace) => void): void {
    // Socket.IO has no public list of the existing ones.
    for (const namespace of this.io._nsps.values()) serve(namespace);
    this.io.on('new_namespace', serve);
  }

  /** Listens to the commits of a backend's stores, and to what the backend emits. */
  hear({ name, backend, live }: Endpoint): void {
    for (const store of backend.stores) {
      this.stores.add(store);
      const tell = (push: Push): void => (store.reach === 'process' ? this.tell(name, push) : this.push(name, push));
      this.undos.push(store.watch({
        change: change => {
          live?.hint(change.channel, change);
          pushesOf(change).forEach(tell);
        },
      }));
    }
    this.undos.push(backend.listen(push => this.tell(name, push)));
  }

  /** See live/feed.ts. */
  beginTicks(): void {
    const lives = [...this.endpoints.values()].flatMap(({ live }) => live ?? []);
    const timer = setInterval(() => lives.forEach(live => void live.tick()), this.settings.tick).unref();
    this.undos.push(() => {
      clearInterval(timer);
      for (const live of lives) live.stop();
    });
  }

  /** Resolves when messages that other nodes send by a store are received from now on; rejects while a store cannot be reached. */
  async hearing(): Promise<void> {
    if (!this.settings.authenticate) return;
    this.begun ??= Promise.all([...this.stores].filter(({ tell }) => tell).map(store => store.head('')));
    await this.begun.catch((error: unknown) => {
      this.begun = undefined;
      throw error;
    });
  }

  /** Pushes to the sockets of every node. */
  tell(name: string, push: Push): void {
    this.push(name, push);
    tellNodes(this, { name, push }).catch((error: unknown) => this.settings.log('Other nodes could not be told', error));
  }

  /** Pushes to the sockets of this node. A failure is logged, and stops nothing else. */
  push(name: string, push: Push): void {
    try {
      this.endpoints.get(name)?.push(push);
    } catch (error) {
      this.settings.log(`A change in "${name}" could not be told`, error);
    }
  }

  /** A push from another node. For subscriptions, which read the log, it is only a hint. */
  pushFromElsewhere(name: string, push: Push): void {
    this.push(name, push);
    this.endpoints.get(name)?.live?.hint(push.channel);
  }

  toRoom(room: string, origin: string | undefined, event: string, args: unknown[]): void {
    for (const { adapter, local } of this.io._nsps.values()) {
      // Nothing need be encoded for an empty room.
      if (adapter.rooms.has(room)) local.to(room).except(origin ?? []).emit(event, ...args);
    }
  }

  /** Takes effect on this node at once, even if the other nodes cannot be told, in which case it rejects. */
  async revoke(userId: string | number): Promise<void> {
    const done = this.revokeHere(userId);
    await Promise.all([tellNodes(this, { revoke: userId }), done]);
  }

  async revokeHere(userId: string | number): Promise<void> {
    this.revocations += 1;
    await Promise.all(this.sessionsOf(userId).map(session => session.revoke()));
  }

  /** A user's sessions, except the one of this socket. A numeric id may have become a string on its way here. */
  sessionsOf(userId: string | number, but?: Socket): Session[] {
    const id = String(userId);
    const theirs: Session[] = [];
    for (const session of this.sessions) {
      const { user, socket } = session;
      if (user?.id != null && String(user.id) === id && socket !== but) theirs.push(session);
    }
    return theirs;
  }

  /** Whether a user has as many connections as allowed, not counting this socket. */
  isFull(user: User | undefined, but: Socket): boolean {
    return user?.id != null && this.sessionsOf(user.id, but).length >= this.settings.connectionsPerUser;
  }

  /** For messages that would otherwise be logged at each retry of a client. */
  logOnce(message: string): void {
    if (this.said.size > mostSaid) this.said.clear();
    if (!this.said.has(message)) this.settings.log(message);
    this.said.add(message);
  }

  /** Stops with the HTTP server, to which a Socket.IO server may be attached later. */
  follow(): void {
    const { httpServer } = this.io;
    if (!httpServer || this.isFollowing) return;
    this.isFollowing = true;
    httpServers.add(httpServer);
    httpServer.once('close', () => this.stop());
  }

  stop(): void {
    for (const undo of this.undos.splice(0)) undo();
  }
}

/** One push, or none for a document that has been moved to another channel or deleted since: a later change says so. */
function pushesOf({ action, id, channel, document, origin, former }: Change): Push[] {
  const base = { action, id, channel, ...(origin !== undefined && { origin }), ...(former && { former }) };
  if (action === 'delete') return [base];
  return document?.channel === channel ? [{ ...base, attributes: document.attributes }] : [];
}

const companions = new WeakMap<Server, Companion>();
/** Two Socket.IO servers on one HTTP server would both answer each connection. */
const httpServers = new WeakSet<object>();

export function checkIsNew(server: object): void {
  const isKnown = companions.has(server as Server) || httpServers.has(server);
  if (isKnown) throw new Error('listen() has been called for this server: name all backends in one call.');
}

export function addCompanion(companion: Companion): void {
  companions.set(companion.io, companion);
  companion.follow();
}

export function companionOf(io: Server): Companion {
  const companion = companions.get(io);
  if (!companion) throw new Error('This server was not returned by listen().');
  return companion;
}
