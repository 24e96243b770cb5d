// What `listen` sets up for one Socket.IO server: its backends by the names that requests use, its sessions, its options. It hears
// of every change, and sees to it that the sockets of this node are told, and the other nodes where they cannot know.

import { randomUUID } from 'node:crypto';
import type { Namespace, Server, Socket } from 'socket.io';
import type { BackendHello } from '../wire';
import type { Push } from './backend';
import type { Endpoint } from './endpoint';
import { tellNodes } from './nodes';
import type { Session } from './session';
import type { Change, Store } from './store';
import type { ListenOptions, User } from './types';

/** The settings, with what is left out filled in. */
export type Settings = ListenOptions &
  Required<Pick<ListenOptions, 'event' | 'loginTimeout' | 'connectionsPerUser' | 'channelsPerSocket' | 'batch' | 'tick' | 'maxUnread' | 'debug' | 'log'>>;

/** How many sentences are remembered. */
const mostSaid = 1_000;

export class Companion {
  /** Names this node to the others. */
  readonly id = randomUUID();
  /** By the name given to `listen`. */
  readonly endpoints = new Map<string, Endpoint>();
  /** By the first part of the names of requests: the same, and those that pages with plain urls use. */
  readonly namespaces = new Map<string, Endpoint>();
  /** Of all backends: those it hears. */
  readonly stores = new Set<Store>();
  readonly sessions = new Set<Session>();
  /** Requests that are being answered. */
  readonly running = new Set<Promise<unknown>>();
  isDraining = false;
  /** How often somebody's rights have changed. */
  revocations = 0;
  private isFollowing = false;
  private begun: Promise<unknown> | undefined;
  private readonly said = new Set<string>();
  /** What is to be undone when the server closes. */
  readonly undos: Array<() => void> = [];

  constructor(
    readonly io: Server,
    readonly settings: Settings,
  ) {}

  get descriptions(): { [name: string]: BackendHello } {
    return Object.fromEntries([...this.endpoints].map(([name, { description }]) => [name, description]));
  }

  /** Every Socket.IO namespace in use, those that are made later included. */
  eachNamespace(serve: (namespace: Namespace) => void): void {
    // Socket.IO has no public list of those that are there already.
    for (const namespace of this.io._nsps.values()) serve(namespace);
    this.io.on('new_namespace', serve);
  }

  /** Hears of what the backends' stores commit, and of what the backends announce. */
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

  /** Resolves when all is heard that other nodes tell by a store; rejects while a store cannot be asked. */
  async hearing(): Promise<void> {
    if (!this.settings.authenticate) return;
    this.begun ??= Promise.all([...this.stores].filter(({ tell }) => tell).map(store => store.head('')));
    await this.begun.catch((error: unknown) => {
      this.begun = undefined;
      throw error;
    });
  }

  /** Tells the sockets of every node. */
  tell(name: string, push: Push): void {
    this.push(name, push);
    tellNodes(this, { name, push }).catch((error: unknown) => this.settings.log('Other nodes could not be told', error));
  }

  /** Tells the sockets of this node. Whatever cannot be told keeps nothing else from going on. */
  push(name: string, push: Push): void {
    try {
      this.endpoints.get(name)?.push(push);
    } catch (error) {
      this.settings.log(`A change in "${name}" could not be told`, error);
    }
  }

  /** What another node has told: subscriptions hear of it from the log, if it was committed to what they read. */
  pushFromElsewhere(name: string, push: Push): void {
    this.push(name, push);
    this.endpoints.get(name)?.live?.hint(push.channel);
  }

  toRoom(room: string, origin: string | undefined, event: string, args: unknown[]): void {
    for (const { adapter, local } of this.io._nsps.values()) {
      // Where nobody is, nothing need be written.
      if (adapter.rooms.has(room)) local.to(room).except(origin ?? []).emit(event, ...args);
    }
  }

  /** Here at once, whether or not the others can be told; rejects if they cannot. */
  async revoke(userId: string | number): Promise<void> {
    const done = this.revokeHere(userId);
    await Promise.all([tellNodes(this, { revoke: userId }), done]);
  }

  async revokeHere(userId: string | number): Promise<void> {
    this.revocations += 1;
    await Promise.all(this.sessionsOf(userId).map(session => session.revoke()));
  }

  /** Those of a user, but for this socket's. An id that is a number may have become a text on its way. */
  sessionsOf(userId: string | number, but?: Socket): Session[] {
    const id = String(userId);
    const theirs: Session[] = [];
    for (const session of this.sessions) {
      const { user, socket } = session;
      if (user?.id != null && String(user.id) === id && socket !== but) theirs.push(session);
    }
    return theirs;
  }

  /** Whether a user has as many connections as he may, not counting this socket's. */
  isFull(user: User | undefined, but: Socket): boolean {
    return user?.id != null && this.sessionsOf(user.id, but).length >= this.settings.connectionsPerUser;
  }

  /** What would be said at each try of a client's. */
  logOnce(message: string): void {
    if (this.said.size > mostSaid) this.said.clear();
    if (!this.said.has(message)) this.settings.log(message);
    this.said.add(message);
  }

  /** Ends with the HTTP server, which a Socket.IO server may get later. */
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

/** One; none for a document that has gone on to another channel, or is gone: a later change tells of that. */
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
  if (!companion) throw new Error('This is no server that listen() has returned.');
  return companion;
}
