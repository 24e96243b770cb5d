// A backend under the name by which sockets know it. It decides who may do what, answers requests, and tells those who are in
// the rooms of a channel what has changed there, each as far as the backend's scope lets him.

import type { BackendHello } from '../wire';
import { pushEvent, requestEvent } from '../wire';
import type { Backend } from './backend';
import type { Companion } from './companion';
import { BackendError } from './errors';
import { matches, pick, type Scope } from './filter';
import { invalid, isObject, metaFrom, modelFrom } from './input';
import { roomOf } from './rooms';
import type { Session } from './session';
import { run, type Answer } from './stack';
import { isStore } from './store-layer';
import type { Attributes } from './store';
import type { Method, Request, User } from './types';

/** A second less than pages wait, so that they hear why. */
const deadline = 9_000;

/** What has happened to one document. */
export interface Push {
  readonly action: 'create' | 'update' | 'delete';
  readonly id: string;
  readonly channel: string;
  /** Without the id; none after a `delete`. */
  readonly attributes?: Attributes;
  /** The socket that need not be told. */
  readonly origin?: string;
}

/** A room, and how many sockets are in it. */
interface Shape {
  readonly room: string;
  readonly scope: Scope;
  members: number;
}

export class Endpoint {
  private readonly shapes = new Map<string, Map<string, Shape>>();
  readonly hello: BackendHello;

  constructor(
    readonly name: string,
    readonly backend: Backend,
    private readonly companion: Companion,
  ) {
    const { collection = name, model = collection } = backend.options;
    this.hello = { collection: trim(collection), model: trim(model), event: companion.settings.event };
  }

  /** Throws unless the user may do this in this channel. Unknown and forbidden channels look alike. */
  async admit(user: User | undefined, channel: string, method: Method, model: Attributes = {}): Promise<void> {
    const { authorize } = this.companion.settings;
    const isAllowed = !authorize || (await authorize(user, { backend: this.name, channel, method, model })) === true;
    if (!isAllowed) throw new BackendError('forbidden', 'This is not open to you, or there is no such thing.');
  }

  async scopeOf(user: User | undefined, channel: string): Promise<Scope> {
    return (await this.backend.options.scope?.(user, channel)) ?? {};
  }

  /** Answers a request, or rejects. */
  async answer(session: Session, method: Method, data: unknown, meta: unknown): Promise<unknown> {
    const req = await this.request(session, method, data, meta);
    const layers = this.backend.layers(method);
    if (!layers) throw new BackendError('unsupported', `The backend "${this.name}" has no method "${method.slice(0, 50)}".`);
    const warn = (words: string, error?: unknown): void => this.companion.settings.log(`In ${requestEvent(this.name, method)}, ${words}`, error);
    const answer = await this.within(run(layers, req, warn), method);
    this.announce(req, answer);
    return answer.result;
  }

  private async request({ socket, user }: Session, method: Method, data: unknown, meta: unknown): Promise<Request> {
    const { idAttribute = 'id', channel: channelOf } = this.backend.options;
    const model = modelFrom(data, method);
    const { channel, options } = metaFrom(meta);
    const admit = (one: string): Promise<void> => this.admit(user, one, method, model);
    await admit(channel);
    const scope = await this.scopeOf(user, channel);
    return {
      method, model, options, backend: this.name, channel, socket, user, idAttribute, scope, channelOf, admit,
    };
  }

  /** An answer that is never given is a mistake of a layer's. */
  private async within<T>(answer: Promise<T>, method: Method): Promise<T> {
    const { deadline: limit = deadline } = this.backend.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.companion.settings.log(`In ${requestEvent(this.name, method)}, no layer answered within ${limit} ms; each calls res.end, res.error or next.`);
        reject(new BackendError('timeout', 'The server took too long. What it did meanwhile may still take effect.'));
      }, limit);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stores tell by themselves, after the commit. What another layer has answered to a write has been done with that. */
  private announce({ method, model, channel, idAttribute, socket }: Request, { result, from }: Answer): void {
    const action = actions[method];
    if (!action || (from && isStore(from))) return;
    const { [idAttribute]: id = model[idAttribute], ...attributes } = (isObject(result) ? result : model) as Attributes;
    if (id == null) return;
    this.companion.tell(this.name, {
      action, id: String(id), channel, origin: socket.id, ...(action !== 'delete' && { attributes }),
    });
  }

  /** Tells this node's sockets. */
  push({ action, id, channel, attributes, origin }: Push): void {
    const { pushes = true, echo = false, idAttribute = 'id' } = this.backend.options;
    if (!pushes) return;
    const { collection, model } = this.hello;
    const event = pushEvent(action === 'create' ? collection : `${model}/${encodeURIComponent(id)}`, action);
    for (const { room, scope } of this.shapes.get(channel)?.values() ?? []) {
      if (attributes && scope.where && !matches(scope.where, { ...attributes, id })) continue;
      const seen = attributes && scope.fields ? pick(attributes, scope.fields) : attributes;
      const args = [{ ...seen, [idAttribute]: id }, ...(channel ? [{ channel }] : [])];
      this.companion.toRoom(room, echo ? undefined : origin, event, args);
    }
  }

  /** Returns the room, and its undo. */
  enter(channel: string, scope: Scope): [room: string, leave: () => void] {
    const room = roomOf(this.name, channel, scope);
    const shapes = this.shapes.get(channel) ?? new Map<string, Shape>();
    const shape = shapes.get(room) ?? { room, scope, members: 0 };
    shape.members += 1;
    this.shapes.set(channel, shapes.set(room, shape));
    const leave = (): void => {
      shape.members -= 1;
      if (shape.members) return;
      shapes.delete(room);
      if (!shapes.size && this.shapes.get(channel) === shapes) this.shapes.delete(channel);
    };
    return [room, leave];
  }
}

const actions: { readonly [method: string]: Push['action'] | undefined } = Object.assign(Object.create(null), {
  create: 'create', update: 'update', patch: 'update', delete: 'delete',
});

function trim(url: string): string {
  const spelled = url.replace(/^\/+/, '');
  if (!spelled) throw invalid('The collection and the model of a backend are spelled as the page spells its urls.');
  return spelled;
}
