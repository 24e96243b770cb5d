// A backend under the name by which sockets know it. It decides who may do what, answers requests, and tells those who are in
// the rooms of a channel what has changed there, each as far as the backend's scope lets him.

import type { BackendHello, Subscribe, Subscribed, WriteMethod } from '../wire';
import { documentUrl, eventName, pushArgs, subscribeMethod, versionAttribute } from '../wire';
import type { Backend, Push } from './backend';
import type { Companion } from './companion';
import { conflictFor } from './conflict';
import { within, type Deadline } from './deadline';
import { BackendError, meantForClient } from './errors';
import { conditionOf, pick, type Scope } from './filter';
import { asJson, metaFrom, modelFrom, type Meta } from './input';
import { digestOf, splitOrigin, wasDone } from './op';
import { roomOf } from './rooms';
import type { Session } from './session';
import { Shapes } from './shapes';
import { Live } from './live/live';
import type { Snapshot, SnapshotOptions } from './live/snapshot';
import { parseSubscribe } from './live/subscribe';
import { run, takesErrors, type Answer, type Watch } from './stack';
import { checkChannel, invalid, isObject } from './stores/base';
import { isStore } from './store-layer';
import type { Attributes } from './store';
import type { Method, Request, User } from './types';

/** How long a request may take, in ms: a second less than pages wait, so that they hear why. */
const longest = 9_000;

/** A request as it came. */
export interface Asked {
  readonly method: Method;
  readonly data: unknown;
  readonly meta: unknown;
}

export interface Answered {
  /** Nothing is to be seen of what has no result. */
  readonly req?: Request;
  readonly result: unknown;
}

/** Who asks: a session, or the server itself for a snapshot. */
type Asker = Pick<Request, 'user' | 'socket'>;

/** A request, before it is known whether it may be. */
type UncheckedRequest = Pick<Request, keyof Meta | 'method' | 'model' | 'backend' | 'socket' | 'user' | 'idAttribute' | 'channelOf' | 'digest'>;

export class Endpoint {
  readonly shapes: Shapes;
  readonly description: BackendHello;
  /** Of a backend with one store, whose log says what has happened. */
  readonly live: Live | undefined;

  constructor(
    readonly name: string,
    readonly backend: Backend,
    private readonly companion: Companion,
  ) {
    this.shapes = new Shapes(name);
    const { collection = name, model = collection } = backend.options;
    const [store, ...others] = backend.stores;
    this.live = store && !others.length ? new Live(name, store, companion) : undefined;
    // All that a page may send again has to come to the store.
    const isOnce = this.live && store?.once && Object.keys(actions).every(method => backend.layers(method)?.some(isStore));
    this.description = {
      collection: trim(collection), model: trim(model), event: companion.settings.event,
      ...(this.live && { live: true }), ...(isOnce && { once: true }),
    };
  }

  /** Throws unless the user may do this in this channel. Unknown and forbidden channels look alike. */
  private async admit(user: User | undefined, channel: string, method: Method, model: Attributes = {}): Promise<void> {
    const { authorize } = this.companion.settings;
    const isAllowed = !authorize || (await authorize(user, { backend: this.name, channel, method, model })) === true;
    if (!isAllowed) throw new BackendError('forbidden', 'This is not open to you, or there is no such thing.');
  }

  private async scopeOf(user: User | undefined, channel: string): Promise<Scope> {
    const scope = (await this.backend.options.scope?.(user, channel)) ?? {};
    try {
      if (scope.where) conditionOf(scope.where);
    } catch (error) {
      // Else the client would be told that what he has sent is wrong.
      throw new Error(`The scope of "${this.name}" has a filter that is none`, { cause: error });
    }
    return scope;
  }

  /** What the user may see in this channel; throws unless he may do this there. */
  async open(user: User | undefined, channel: string, method: Method, model?: Attributes): Promise<Scope> {
    await this.admit(user, channel, method, model);
    return this.scopeOf(user, channel);
  }

  knows(method: Method): boolean {
    return this.backend.layers(method) !== undefined;
  }

  /** Answers a request, or rejects. */
  async answer(session: Session, asked: Asked, deadline: Deadline): Promise<Answered> {
    const meta = metaFrom(asked.meta);
    const method = asked.method === 'update' && meta.fields ? 'patch' : asked.method;
    const layers = this.backend.layers(method);
    if (!layers) throw new BackendError('unsupported', `The backend "${this.name}" has no method "${method.slice(0, 50)}".`);
    const unchecked = this.parse(session, method, asked.data, meta);
    try {
      const req = await this.admitted(unchecked);
      // The page has been told `timeout` by now.
      if (deadline.isOver) return { result: undefined };
      const answer = await run(layers, req, this.watchOver(method, deadline)).catch((error: unknown) => {
        throw conflictFor(req, error);
      });
      if (!this.backend.stores.length) this.announce(req, answer);
      return { req, result: answer.result };
    } catch (error) {
      // By now nothing of it is open to the user.
      if (await wasDone(this.backend.stores, unchecked, error)) return { result: undefined };
      throw error;
    }
  }

  /** `isWanted`: nothing has happened that makes the decision void. */
  async subscribe(session: Session, { data, meta }: Asked, deadline: Deadline, isWanted: () => boolean): Promise<Subscribed | undefined> {
    const asked = parseSubscribe(data);
    const { live, req, read } = await this.openTo(session, asked, meta, deadline);
    return isWanted() ? live.subscribe(session, req, asked, read) : undefined;
  }

  /** See live/snapshot.ts. No socket has asked for it. */
  async snapshot({ user, channel, where, fields }: SnapshotOptions, deadline: Deadline): Promise<Snapshot> {
    const asked = parseSubscribe({ uid: 'snapshot', ...(where && { where }), ...(fields && { fields }) });
    const { live, req, read } = await this.openTo({ user, socket: undefined }, asked, { channel }, deadline);
    return live.snapshot(req, asked, read);
  }

  /** Whoever subscribes has to be allowed to read, and to hear. */
  private async openTo(asker: Asker, { where }: Subscribe, meta: unknown, deadline: Deadline) {
    const { live } = this;
    const layers = this.backend.layers('read');
    if (!live || !layers) throw new BackendError('unsupported', `The backend "${this.name}" has not one store: it cannot be subscribed to.`);
    const req = await this.admitted(this.parse(asker, 'read', { ...(where && { where }) }, metaFrom(meta)));
    await this.admit(asker.user, req.channel, 'join');
    return { live, req, read: async (reading: Request) => run(layers, reading, this.watchOver(subscribeMethod, deadline)) };
  }

  private watchOver(method: Method, deadline: Deadline): Watch {
    return { deadline, warn: (words, error) => this.companion.settings.log(`In ${eventName(this.name, method)}, ${words}`, error) };
  }

  private parse({ socket, user }: Asker, method: Method, data: unknown, meta: Meta): UncheckedRequest {
    const { idAttribute = 'id', channel: channelOf } = this.backend.options;
    const model = modelFrom(data, method, idAttribute);
    if (meta.versions) delete model[versionAttribute];
    return {
      method, model, ...meta, backend: this.name, socket, user, idAttribute, channelOf,
      ...(meta.op !== undefined && { digest: digestOf({ method, model, ...meta }) }),
    };
  }

  private async admitted(asked: UncheckedRequest): Promise<Request> {
    const { user, method, model, channel } = asked;
    const admit = (one: string): Promise<Scope> => this.open(user, one, method, model);
    return { ...asked, admit, scope: await admit(channel), given: Object.keys(model) };
  }

  /** Whether the answer to this request, made before rights changed, may still be given to this user. */
  async isFor(user: User | undefined, { channel, method, model, scope }: Request): Promise<boolean> {
    try {
      const now = await this.open(user, channel, method, model);
      return roomOf(this.name, channel, now) === roomOf(this.name, channel, scope);
    } catch (error) {
      if (!meantForClient(error)) this.companion.settings.log(`An answer of "${this.name}" was withheld: the rules failed when asked again`, error);
      return false;
    }
  }

  /** An answer that is never given is a mistake of a layer's, or of a rule's. */
  inTime<T>(method: Method, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const { deadline: limit = longest } = this.backend.options;
    return within(limit, work, ({ hasBegun }) => {
      if (!hasBegun) return new BackendError('timeout', 'The server did not come to it in time: nothing was done.');
      this.companion.settings.log(`In ${eventName(this.name, method)}, no layer answered within ${limit} ms; each calls res.end, res.error or next.`);
      return new BackendError('timeout', 'The server took too long. What it did meanwhile may still take effect.');
    });
  }

  /**
   * Where no store tells of what it has committed, whatever a layer answers to a write has been done with that; but what an error layer
   * answers has not.
   */
  private announce({ method, model, channel, channelOf, idAttribute, socket, versions }: Request, { result, from }: Answer): void {
    const action = actions[method];
    if (!action || (from && takesErrors(from))) return;
    try {
      // As the page gets it, so that a document of a database's library tells what it is, and not how it is made.
      const answered = isObject(result) ? asJson(result) : model;
      const { [idAttribute]: id = model[idAttribute], ...attributes } = answered;
      if (typeof id !== 'string' && typeof id !== 'number') return;
      if (versions) delete attributes[versionAttribute];
      this.companion.tell(this.name, {
        action,
        id: String(id),
        channel: channelOf ? checkChannel(channelOf({ ...model, ...answered })) : channel,
        ...(socket && { origin: socket.id }),
        ...(action !== 'delete' && { attributes }),
      });
    } catch (error) {
      this.companion.settings.log(`A change in "${this.name}" could not be told`, error);
    }
  }

  /** Tells this node's sockets. */
  push(push: Push): void {
    const { id, channel, attributes, origin } = push;
    const { pushes = true, echo = false, idAttribute = 'id' } = this.backend.options;
    if (!pushes) return;
    const [socket] = splitOrigin(origin);
    const { collection, model } = this.description;
    for (const { room, scope, fits } of this.shapes.in(channel)) {
      const action = fits ? actionFor(push, fits) : push.action;
      if (!action) continue;
      const event = eventName(action === 'create' ? collection : documentUrl(model, id), action);
      const seen = action !== 'delete' && pick(attributes ?? {}, scope.fields);
      this.companion.toRoom(room, echo ? undefined : socket, event, pushArgs({ ...seen, [idAttribute]: id }, channel));
    }
  }
}

/** What it is to those who see only what fits: a document may come to them, or go, by an update. Nothing, if they do not see it. */
function actionFor({ action, id, attributes, former }: Push, fits: (attributes: Attributes) => boolean): Push['action'] | undefined {
  const has = (one: Attributes): boolean => fits({ ...one, id });
  if (attributes && has(attributes)) return former && !has(former) ? 'create' : action;
  const had = former ? has(former) : action === 'delete';
  return had ? 'delete' : undefined;
}

const actions: { readonly [method: string]: Push['action'] | undefined } = Object.assign(Object.create(null), {
  create: 'create', update: 'update', patch: 'update', delete: 'delete',
} satisfies Record<WriteMethod, Push['action']>);

function trim(url: string): string {
  const spelled = url.replace(/^\/+/, '');
  if (!spelled) throw invalid('The collection and the model of a backend are spelled as the page spells its urls.');
  return spelled;
}
