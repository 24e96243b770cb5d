// A store as the layer of a backend: takes the id out of the model and puts it back into the answer, keeps each request within its channel
// and its user's scope, and leaves the methods that stores do not have to the layers below.

import { versionAttribute, type WriteMethod } from '../wire';
import { BackendError } from './errors';
import { both, complete, covers, isPart, matches, parseQuery, pathsOf, pathsOfSort, pick } from './filter';
import { idFrom } from './input';
import { originOf, writeOnce } from './op';
import { conflict, invalid, notFound } from './stores/base';
import type { Attributes, Document, Documents, Store } from './store';
import type { Layer, Request } from './types';

const writes = new Map(Object.entries({ create, update, patch, delete: remove } satisfies Record<WriteMethod, unknown>));

/** A layer that is also the store: `backend.use(store)`. */
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

/** With `scope.fields` an update must not remove the attributes that the user cannot see, so it becomes a patch. */
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

/** How often a write that depends on the current document is tried again, if others change that meanwhile. */
const tries = 20;

async function change(documents: Documents, req: Request, method: 'update' | 'patch'): Promise<Attributes> {
  const id = idOf(req);
  const { fields } = req;
  const written = writable(req);
  const options = writing(req);
  const hasParts = fields && Object.keys(written).some(name => isPart(fields, name));
  if (!req.channelOf && !req.scope.where && !hasParts) return answer(req, await documents[method](id, written, options));

  // What the document becomes decides which channel it belongs to, and whether the scope allows it.
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

/** A document as an answer. It has the id as the page sent it, perhaps a number, so that the page's model keeps it. */
export function answer(req: Request, { id, version, attributes }: Document): Attributes {
  const { model, method, idAttribute } = req;
  const own = method === 'read' ? undefined : model[idAttribute];
  return { ...shown(req, attributes), [idAttribute]: own ?? id, ...versionFor(req, version) };
}

/** What the user may see and, of that, what the page has asked for. */
const shown = ({ scope, fields }: Pick<Request, 'scope' | 'fields'>, attributes: Attributes): Attributes =>
  pick(pick(attributes, scope.fields), fields);

const versionFor = ({ versions }: Request, version: number): Attributes => (versions ? { [versionAttribute]: version } : {});

const idOf = ({ model, idAttribute }: Request): string => idFrom(model[idAttribute]);

const which = ({ channel, scope: { where } }: Request) => ({ channel, ...(where && { where }) });

const writing = (req: Request) =>
  ({ ...which(req), origin: originOf(req), ...(req.ifVersion !== undefined && { ifVersion: req.ifVersion }) });

/** The attributes to write. What the page sent must be in the scope, unless a layer has removed it; what layers add need not be. */
function writable(req: Request): Attributes {
  const { [req.idAttribute]: _id, ...attributes } = req.model;
  // Backbone's patch has the id under `id` as well.
  if (req.method === 'patch' && req.idAttribute !== 'id' && attributes.id === _id) delete attributes.id;
  const names = req.given.filter(name => Object.hasOwn(attributes, name));
  checkOpen(req, names);
  // A name with a dot could be taken for a path in the scope, which leads into an object.
  if (req.scope.fields && names.some(name => name.includes('.'))) throw invalid('Names of attributes must not contain a dot here.');
  return attributes;
}

/** In filters and orders `id` is the document's id, which every user may see, whatever the `idAttribute` of the pages is. */
export function checkAsked(req: Request, paths: string[]): void {
  const { idAttribute } = req;
  if (idAttribute !== 'id' && paths.includes(idAttribute)) throw invalid(`In filters and orders the id is "id", not "${idAttribute}".`);
  checkOpen(req, paths.filter(path => path !== 'id'));
}

/** Throws unless the user may see all of these: other attributes may neither be asked about nor set. */
export function checkOpen({ scope: { fields } }: Request, paths: string[]): void {
  const closed = paths.find(path => !covers(fields, path));
  if (closed === undefined) return;
  const field = closed.slice(0, 50);
  throw new BackendError('forbidden', `You may not access the attribute "${field}".`, { field });
}

/** The channel that a document with these attributes belongs to; rejects unless the user may have it there. */
async function channelFor(req: Request, attributes: Attributes, id?: string): Promise<string> {
  const channel = req.channelOf ? req.channelOf({ ...attributes, ...(id !== undefined && { [req.idAttribute]: id }) }) : req.channel;
  if (typeof channel !== 'string') throw new Error(`The channel() of "${req.backend}" must return a string, and has returned ${typeof channel}.`);
  const { where } = channel === req.channel ? req.scope : await req.admit(channel);
  if (where && !matches(where, id === undefined ? attributes : { ...attributes, id })) {
    throw new BackendError('forbidden', 'The document would be outside of what you may access.');
  }
  return channel;
}
