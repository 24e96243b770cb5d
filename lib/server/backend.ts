// A backend: a stack of layers that answers the requests for one kind of document, and emits what has changed. It knows nothing of
// sockets: `listen` serves it to them, under a name, and several servers may serve the same one.

import { isSyncMethod } from '../wire';
import { BackendError } from './errors';
import { asJson } from './input';
import { checkChannel, invalid, isObject } from './stores/base';
import type { Attributes, Change, Store } from './store';
import { isStore } from './store-layer';
import { layersFor, type StackEntry } from './stack';
import type { AnyLayer, BackendOptions, Layer, Method } from './types';

/** Methods of Backbone's models that may be taken for those of sync, and what to say instead. */
const misnamed: { readonly [name: string]: string } = { save: 'say "create", "update"', destroy: 'say "delete"', fetch: 'say "read"' };

const announcements = { created: 'create', updated: 'update', deleted: 'delete' } as const;

/** What has happened to one document. */
export interface Push {
  readonly action: Change['action'];
  readonly id: string;
  readonly channel: string;
  /** Without the id; undefined after a `delete`. */
  readonly attributes?: Attributes;
  /** The attributes before an `update` or a `delete`, if known. */
  readonly former?: Attributes;
  /** The origin of the change (see `originOf` in op.ts), whose socket needs no push. */
  readonly origin?: string;
}

// The first overload of each method lets TypeScript infer the types of `req`, `res` and `next` in `(req, res, next) => …`. Layers for
// errors declare their parameters, or are typed as `ErrorLayer`.
export class Backend {
  private readonly entries: StackEntry[] = [];
  private readonly listeners = new Set<(push: Push) => void>();

  constructor(readonly options: BackendOptions = {}) {}

  /**
   * Adds layers, for all methods or for the methods that are named first:
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
    // A misspelt method would leave its layers unused, and they may be guards.
    const odd = names.find(name => !/^\S+$/.test(name) || Object.hasOwn(misnamed, name));
    if (odd !== undefined) {
      throw new TypeError(`use() knows no method "${odd}": ${misnamed[odd] ?? 'give each name by itself, as "create", "update"'}.`);
    }
    if (this.listeners.size && layers.some(isStore)) throw new Error('use() takes a store only before listen(), which listens to its commits.');
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
   * Pushes a change to clients, from any code on the server: `todos.emit('updated', { id: 42, title: 'oat milk' })`. Without `channel`,
   * it is the channel that the backend derives from the document, or the default one.
   */
  emit(event: keyof typeof announcements, document: object, { channel }: { channel?: string } = {}): void {
    if (!Object.hasOwn(announcements, event)) throw new TypeError(`emit() takes ${Object.keys(announcements).join(', ')}, not "${event}".`);
    const { idAttribute = 'id', channel: channelOf } = this.options;
    const id = isObject(document) ? document[idAttribute] : undefined;
    if (id == null) throw invalid(`emit() takes a document with its "${idAttribute}".`);
    // A copy, as clients will get it: the caller may go on changing its own object.
    const attributes = asJson(document);
    const action = announcements[event];
    const push = { action, id: String(id), channel: checkChannel(channel ?? channelOf?.(attributes) ?? '') };
    delete attributes[idAttribute];
    // With the attributes, clients whose scope did not show the document are not told of its deletion.
    const isWhole = Object.keys(attributes).length > 0;
    const told = action === 'delete' ? { ...push, ...(isWhole && { former: attributes }) } : { ...push, attributes };
    for (const listener of this.listeners) listener(told);
  }

  /** Returns its undo. */
  listen(listener: (push: Push) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The layers for a method. Undefined if no layer is for it; but a backend without any layers accepts Backbone's five methods. */
  layers(method: Method): AnyLayer[] | undefined {
    const layers = layersFor(this.entries, method);
    const isNamed = this.entries.some(entry => entry.methods?.has(method));
    if (!isSyncMethod(method)) return isNamed ? layers : undefined;
    if (this.entries.length && !layers.length) return undefined;
    // At the bottom of the stack a request succeeds; one that the store is not used for must fail instead.
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
