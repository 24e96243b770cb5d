// A backend under its name in `listen`. Decides what a user may do, answers requests, and pushes changes to the rooms of a channel, to
// each room as much as the backend's scope shows its members.

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

/** How long a request may take, in ms: a second less than pages wait, so that they get the reason. */
const longest = 9_000;

/** A request as received. */
export interface Asked {
  readonly method: Method;
  readonly data: unknown;
  readonly meta: unknown;
}

export interface Answered {
  /** Left out if there is no result that would have to be withheld from a user whose rights have changed. */
  readonly req?: Request;
  readonly result: unknown;
}

/** Who asks: a session, or the server itself for a snapshot. */
type Asker = Pick<Request, 'user' | 'socket'>;

/** A request before its user's rights have been checked. */
type UncheckedRequest = Pick<Request, keyof Meta | 'method' | 'model' | 'backend' | 'socket' | 'user' | 'idAttribute' | 'channelOf' | 'digest'>;

export class Endpoint {
  readonly shapes: Shapes;
  readonly description: BackendHello;
  /** Set if the backend has exactly one store, whose log the subscriptions follow. */
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
    // A page may repeat any write, so every write has to reach the store.
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
    if (!isAllowed) throw new BackendError('forbidden', 'Not allowed, or it does not exist.');
  }

  private async scopeOf(user: User | undefined, channel: string): Promise<Scope> {
    const scope = (await this.backend.options.scope?.(user, channel)) ?? {};
    try {
      if (scope.where) conditionOf(scope.where);
    } catch (error) {
      // Not as `invalid`: that would tell the client that its own data is wrong.
      throw new Error(`The scope of "${this.name}" has an invalid filter`, { cause: error });
    }
    return scope;
  }

  /** Resolves to what the user may see in this channel; rejects unless the user may do this there. */
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
      // The client has got `timeout` by now.
      if (deadline.isOver) return { result: undefined };
      const answer = await run(layers, req, this.watchOver(method, deadline)).catch((error: unknown) => {
        throw conflictFor(req, error);
      });
      if (!this.backend.stores.length) this.announce(req, answer);
      return { req, result: answer.result };
    } catch (error) {
      // It was done by an earlier attempt. Its result is not shown, since the request would be refused now.
      if (await wasDone(this.backend.stores, unchecked, error)) return { result: undefined };
      throw error;
    }
  }

  /** `isWanted`: whether the subscription is still wanted, and the rights it was allowed by still hold. */
  async subscribe(session: Session, { data, meta }: Asked, deadline: Deadline, isWanted: () => boolean): Promise<Subscribed | undefined> {
    const asked = parseSubscribe(data);
    const { live, req, read } = await this.openTo(session, asked, meta, deadline);
    return isWanted() ? live.subscribe(session, req, asked, read) : undefined;
  }

  /** See live/snapshot.ts. */
  async snapshot({ user, channel, where, fields }: SnapshotOptions, deadline: Deadline): Promise<Snapshot> {
    const asked = parseSubscribe({ uid: 'snapshot', ...(where && { where }), ...(fields && { fields }) });
    const { live, req, read } = await this.openTo({ user, socket: undefined }, asked, { channel }, deadline);
    return live.snapshot(req, asked, read);
  }

  /** A subscriber must be allowed both to read and to join the channel. */
  private async openTo(asker: Asker, { where }: Subscribe, meta: unknown, deadline: Deadline) {
    const { live } = this;
    const layers = this.backend.layers('read');
    if (!live || !layers) {
      throw new BackendError('unsupported', `The backend "${this.name}" cannot be subscribed to: that takes exactly one store, which answers "read".`);
    }
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

  /** Applies the backend's time limit. A request that is never answered is the fault of a layer or of a rule, and so it is logged. */
  inTime<T>(method: Method, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const { deadline: limit = longest } = this.backend.options;
    return within(limit, work, ({ hasBegun }) => {
      if (!hasBegun) return new BackendError('timeout', 'The server was too busy to start this request; nothing was done.');
      const event = eventName(this.name, method);
      this.companion.settings.log(`In ${event}, no layer answered within ${limit} ms; each must call res.end, res.error or next.`);
      return new BackendError('timeout', 'The server took too long. What it did meanwhile may still take effect.');
    });
  }

  /**
   * For a backend without a store: a layer that answers a write has done it, so the answer is pushed; an error layer that answers has
   * not.
   */
  private announce({ method, model, channel, channelOf, idAttribute, socket, versions }: Request, { result, from }: Answer): void {
    const action = actions[method];
    if (!action || (from && takesErrors(from))) return;
    try {
      // As JSON, as the client gets it: a document of a database library would show its internals instead of its attributes.
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

  /** Pushes to the sockets of this node. */
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

/** The action as clients with this filter see it: an update may bring a document into view, or out of it. Undefined if they see none. */
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
  if (!spelled) throw invalid('The "collection" and "model" of a backend are urls of the page, and must not be empty.');
  return spelled;
}
