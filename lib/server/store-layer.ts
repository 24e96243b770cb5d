// A store as the layer of a backend: takes the id out of the model and puts it back into the answer, keeps to the channel and
// to what the user may see and change there, and leaves the methods that stores do not know to the layers below.

import { versionAttribute, type WriteMethod } from '../wire';
import { BackendError } from './errors';
import { both, complete, covers, isPart, matches, parseQuery, pathsOf, pathsOfSort, pick } from './filter';
import { idFrom } from './input';
import { originOf, writeOnce } from './op';
import { conflict, invalid, notFound } from './stores/base';
import type { Attributes, Document, Documents, Store } from './store';
import type { Layer, Request } from './types';

const writes = new Map(Object.entries({ create, update, patch, delete: remove } satisfies Record<WriteMethod, unknown>));

/** The store itself, and a layer: `backend.use(store)`. */
export function asLayer(store: Store): Layer & Store {
  const layer: Layer = (req, res, next) => {
    const write = writes.get(req.method);
    if (write) writeOnce(store, req, write).then(res.end, next);
    else if (req.method === 'read') read(store, req).then(res.end, next);
    else next();
  };
  const { ready, reach } = store;
  const methods = {
    create: store.create.bind(store),
    read: store.read.bind(store),
    list: store.list.bind(store),
    update: store.update.bind(store),
    patch: store.patch.bind(store),
    delete: store.delete.bind(store),
    transaction: store.transaction.bind(store),
    epoch: store.epoch.bind(store),
    head: store.head.bind(store),
    changes: store.changes.bind(store),
    watch: store.watch.bind(store),
    close: store.close.bind(store),
  };
  const ifAny = { ...(store.tell && { tell: store.tell.bind(store) }), ...(store.once && { once: store.once.bind(store) }) };
  return Object.assign(layer, methods, ifAny, { ready, reach });
}

export const isStore = (layer: object): layer is Layer & Store => 'watch' in layer && 'changes' in layer;

async function create(documents: Documents, req: Request): Promise<Attributes> {
  const attributes = writable(req);
  const id = req.model[req.idAttribute] == null ? undefined : idOf(req);
  const channel = await channelFor(req, attributes, id);
  return answer(req, await documents.create(attributes, { ...(id !== undefined && { id }), channel, origin: originOf(req) }));
}

async function read(store: Store, req: Request): Promise<unknown> {
  const { model, scope } = req;
  if (req.catchUp) return req.catchUp(store);
  if (model[req.idAttribute] != null) {
    const found = await store.read(idOf(req), which(req));
    if (!found) throw notFound();
    return answer(req, found);
  }
  const { where, ...query } = parseQuery(model);
  checkAsked(req, [...(where ? pathsOf(where) : []), ...pathsOfSort(query.sort ?? [])]);
  const filter = both(where, scope.where);
  const documents = await store.list({ ...query, channel: req.channel, ...(filter && { where: filter }) });
  return documents.map(one => answer(req, one));
}

/** Whoever sees only some attributes cannot mean to remove the others. */
function update(documents: Documents, req: Request): Promise<Attributes> {
  return change(documents, req, req.scope.fields ? 'patch' : 'update');
}

function patch(documents: Documents, req: Request): Promise<Attributes> {
  return change(documents, req, 'patch');
}

async function remove(documents: Documents, req: Request): Promise<Attributes> {
  const { id, version } = await documents.delete(idOf(req), writing(req));
  return { [req.idAttribute]: req.model[req.idAttribute] ?? id, ...versionFor(req, version) };
}

/** How often a write is tried anew that depends on what the document was, when others change it meanwhile. */
const tries = 20;

async function change(documents: Documents, req: Request, method: 'update' | 'patch'): Promise<Attributes> {
  const id = idOf(req);
  const { fields } = req;
  const written = writable(req);
  const options = writing(req);
  const hasParts = fields && Object.keys(written).some(name => isPart(fields, name));
  if (!req.channelOf && !req.scope.where && !hasParts) return answer(req, await documents[method](id, written, options));

  // What the document becomes decides where it belongs, and whether it may.
  for (let left = tries; ; left -= 1) {
    const current = await documents.read(id, which(req));
    if (!current) throw notFound();
    if (options.ifVersion !== undefined && options.ifVersion !== current.version) throw conflict(current);
    const attributes = hasParts ? complete(written, current.attributes, fields) : written;
    const becomes = method === 'patch' ? { ...current.attributes, ...attributes } : attributes;
    const moveTo = await channelFor(req, becomes, id);
    try {
      return answer(req, await documents[method](id, attributes, { ...options, moveTo, ifVersion: current.version }));
    } catch (error) {
      if (!left || !(error instanceof BackendError) || error.code !== 'conflict') throw error;
    }
  }
}

/** A document for whoever has asked. The id is as the page has it, a number perhaps, so that the page's model keeps it. */
export function answer(req: Request, { id, version, attributes }: Document): Attributes {
  const { model, method, idAttribute } = req;
  const own = method === 'read' ? undefined : model[idAttribute];
  return { ...shown(req, attributes), [idAttribute]: own ?? id, ...versionFor(req, version) };
}

/** What the user may see, and of that what his page has asked for. */
const shown = ({ scope, fields }: Pick<Request, 'scope' | 'fields'>, attributes: Attributes): Attributes =>
  pick(pick(attributes, scope.fields), fields);

const versionFor = ({ versions }: Request, version: number): Attributes => (versions ? { [versionAttribute]: version } : {});

const idOf = ({ model, idAttribute }: Request): string => idFrom(model[idAttribute]);

const which = ({ channel, scope: { where } }: Request) => ({ channel, ...(where && { where }) });

const writing = (req: Request) =>
  ({ ...which(req), origin: originOf(req), ...(req.ifVersion !== undefined && { ifVersion: req.ifVersion }) });

/** What a page sets has to be open to it, unless a layer has taken it out; what the layers add need not be. */
function writable(req: Request): Attributes {
  const { [req.idAttribute]: _id, ...attributes } = req.model;
  // A patch of Backbone's has the id under `id` as well.
  if (req.method === 'patch' && req.idAttribute !== 'id' && attributes.id === _id) delete attributes.id;
  const names = req.given.filter(name => Object.hasOwn(attributes, name));
  checkOpen(req, names);
  // A name with a dot would pass for the path of what is open within an object.
  if (req.scope.fields && names.some(name => name.includes('.'))) throw invalid('No attribute has a dot in its name here.');
  return attributes;
}

/** In filters and orders `id` is the document's own, which everybody sees, whatever its pages call it. */
export function checkAsked(req: Request, paths: string[]): void {
  const { idAttribute } = req;
  if (idAttribute !== 'id' && paths.includes(idAttribute)) throw invalid(`In filters and orders the id is "id", not "${idAttribute}".`);
  checkOpen(req, paths.filter(path => path !== 'id'));
}

/** What may not be read may not be asked about, or set. */
export function checkOpen({ scope: { fields } }: Request, paths: string[]): void {
  const closed = paths.find(path => !covers(fields, path));
  if (closed !== undefined) throw new BackendError('forbidden', `The attribute "${closed.slice(0, 50)}" is not open to you.`, { field: closed.slice(0, 50) });
}

/** Where a document with these attributes belongs; throws unless it may be there. */
async function channelFor(req: Request, attributes: Attributes, id?: string): Promise<string> {
  const channel = req.channelOf ? req.channelOf({ ...attributes, ...(id !== undefined && { [req.idAttribute]: id }) }) : req.channel;
  if (typeof channel !== 'string') throw new Error(`The channel() of "${req.backend}" returns a text, and has returned ${typeof channel}.`);
  const { where } = channel === req.channel ? req.scope : await req.admit(channel);
  if (where && !matches(where, id === undefined ? attributes : { ...attributes, id })) {
    throw new BackendError('forbidden', 'The document would be out of what is open to you.');
  }
  return channel;
}
