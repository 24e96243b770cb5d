// A backend: a stack of layers that answers the requests for one kind of documents, and tells everybody concerned of what has
// changed. It knows nothing of sockets: `listen` opens it to them, under a name, as often as wanted.

import { isSyncMethod } from '../wire';
import { BackendError } from './errors';
import { asJson } from './input';
import { checkChannel, invalid, isObject } from './stores/base';
import type { Attributes, Change, Store } from './store';
import { isStore } from './store-layer';
import { layersFor, type StackEntry } from './stack';
import type { AnyLayer, BackendOptions, Layer, Method } from './types';

/** Methods of models, by the names that their requests have. */
const misnamed: { readonly [name: string]: string } = { save: 'say "create", "update"', destroy: 'say "delete"', fetch: 'say "read"' };

const announcements = { created: 'create', updated: 'update', deleted: 'delete' } as const;

/** What has happened to one document. */
export interface Push {
  readonly action: Change['action'];
  readonly id: string;
  readonly channel: string;
  /** Without the id; none after a `delete`. */
  readonly attributes?: Attributes;
  /** As they were before an `update` or a `delete`, where that is known. */
  readonly former?: Attributes;
  /** The socket that need not be told. */
  readonly origin?: string;
}

// The first overload of each method is what tells TypeScript the types of `req`, `res` and `next` in `(req, res, next) => …`; layers for
// errors say theirs themselves, or are an `ErrorLayer`.
export class Backend {
  private readonly entries: StackEntry[] = [];
  private readonly listeners = new Set<(push: Push) => void>();

  constructor(readonly options: BackendOptions = {}) {}

  /**
   * Adds layers, for all methods or for those that are named first:
   *
   *     todos.use('create', 'update', validate(Todo));
   *     todos.use(memoryStore());
   */
  use(...args: Array<Method | readonly Method[] | Layer>): this;
  use(...args: Array<Method | readonly Method[] | AnyLayer>): this;
  use(...args: Array<Method | readonly Method[] | AnyLayer>): this {
    const flat: readonly unknown[] = args.flat();
    const names = flat.filter((one): one is Method => typeof one === 'string');
    const layers = flat.filter((one): one is AnyLayer => typeof one === 'function');
    if (!layers.length || names.length + layers.length < flat.length) {
      throw new TypeError('use() takes names of methods, if any, and then functions (req, res, next).');
    }
    // A layer that is never run may be one that guards.
    const odd = names.find(name => !/^\S+$/.test(name) || Object.hasOwn(misnamed, name));
    if (odd !== undefined) throw new TypeError(`use() takes each method's name by itself, and Backbone's sync knows no "${odd}": ${misnamed[odd] ?? '"create", "update"'}.`);
    if (this.listeners.size && layers.some(isStore)) throw new Error('use() takes a store before listen(), which hears what it commits.');
    for (const layer of layers) this.entries.push({ layer, ...(names.length && { methods: new Set(names) }) });
    return this;
  }

  create(...layers: Layer[]): this;
  create(...layers: AnyLayer[]): this;
  create(...layers: AnyLayer[]): this {
    return this.use('create', ...layers);
  }
  read(...layers: Layer[]): this;
  read(...layers: AnyLayer[]): this;
  read(...layers: AnyLayer[]): this {
    return this.use('read', ...layers);
  }
  update(...layers: Layer[]): this;
  update(...layers: AnyLayer[]): this;
  update(...layers: AnyLayer[]): this {
    return this.use('update', ...layers);
  }
  patch(...layers: Layer[]): this;
  patch(...layers: AnyLayer[]): this;
  patch(...layers: AnyLayer[]): this {
    return this.use('patch', ...layers);
  }
  delete(...layers: Layer[]): this;
  delete(...layers: AnyLayer[]): this;
  delete(...layers: AnyLayer[]): this {
    return this.use('delete', ...layers);
  }

  /**
   * Tells every client, from any code of the server's: `todos.emit('updated', { id: 42, title: 'oat milk' })`. The channel is the
   * default one, or the one that the backend derives from the document.
   */
  emit(event: keyof typeof announcements, document: object, { channel }: { channel?: string } = {}): void {
    if (!Object.hasOwn(announcements, event)) throw new TypeError(`emit() takes ${Object.keys(announcements).join(', ')}, not "${event}".`);
    const { idAttribute = 'id', channel: channelOf } = this.options;
    const id = isObject(document) ? document[idAttribute] : undefined;
    if (id == null) throw invalid(`emit() takes a document with its "${idAttribute}".`);
    // A copy, as pages will get it: whoever has emitted may go on with his own.
    const attributes = asJson(document);
    const action = announcements[event];
    const push = { action, id: String(id), channel: checkChannel(channel ?? channelOf?.(attributes) ?? '') };
    delete attributes[idAttribute];
    // Who could not see it is not told that it has gone.
    const isWhole = Object.keys(attributes).length > 0;
    const told = action === 'delete' ? { ...push, ...(isWhole && { former: attributes }) } : { ...push, attributes };
    for (const listener of this.listeners) listener(told);
  }

  /** Returns its undo. */
  listen(listener: (push: Push) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The layers for a method; nothing if there are none for it, but for Backbone's in a backend that has no layers at all. */
  layers(method: Method): AnyLayer[] | undefined {
    const layers = layersFor(this.entries, method);
    const isNamed = this.entries.some(entry => entry.methods?.has(method));
    if (!isSyncMethod(method)) return isNamed ? layers : undefined;
    if (this.entries.length && !layers.length) return undefined;
    // What the store does not do must not look as if it were done.
    return this.stores.length && !layers.some(isStore) ? [...layers, refuse] : layers;
  }

  get stores(): Store[] {
    return [...new Set(this.entries.map(({ layer }) => layer).filter(layer => isStore(layer)))];
  }
}

const refuse: Layer = ({ method, backend }, _res, next) =>
  next(new BackendError('unsupported', `Nothing in the backend "${backend}" answers "${method}".`));

/** A new backend; see `Backend`. */
export const createBackend = (options?: BackendOptions): Backend => new Backend(options);
