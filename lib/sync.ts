// The socket sync: what Backbone calls for `fetch`, `save` and `destroy`, in the order of Backbone.sync. One request
// `<namespace>:<method>` with `(data, callback)`, answered by `callback(error, result)`.

import type { Entity, IoBackbone, Namespace, SyncOptions } from './types';
import { holdable } from './holdable';
import { latestWins } from './latest';
import { send } from './line';
import { optionsOf } from './options';
import { firstSegment, fullPath, namespaceOf } from './namespace';
import { IoRequest } from './request';
import { backendOf, findSocket, setting } from './socket';
import { eventName, isWrite, versionAttribute } from './wire';

/** The longest that a timer can wait, in ms: `timeout: 0`. */
const forever = 2 ** 31 - 1;

export function createSync(Backbone: IoBackbone) {
  const ioSync = <T>(method: string, entity: Entity, options: SyncOptions = {}, own = setting('socket', entity, options)) => {
    const socket = findSocket(Backbone, own);
    const backend = backendOf(entity);
    const event = eventName(backend ? backend.name : namespaceOf(ioSync, entity, options), method);

    // Ensure that we have the appropriate request data.
    const data = requestData(Backbone, method, entity, options);

    // Make the request, and like Backbone leave it in the options.
    const timeout = setting('timeout', entity, options);
    const limit = (timeout == null ? ioSync.timeout : timeout) as number;
    const deadline = performance.now() + Math.min(limit || forever, forever);
    const take = (answer: unknown): unknown[] | undefined => {
      if (request.meta && request.meta.op) noteVersion(request, answer);
      return options.parse ? holdable(Backbone, method, entity, answer) : [answer];
    };
    const request: IoRequest<T> = (options.xhr = new IoRequest<T>(event, data, deadline, options, take));
    if (backend) {
      request.meta = { channel: backend.channel, options: optionsOf(options) };
      // Lets a companion execute the write only once, however often it is sent.
      if (isWrite(method)) request.meta.op = crypto.getRandomValues(new Uint32Array(4)).join('-');
    }
    // Only Backbone's own fetch sets `parse`; any other read replaces nothing.
    if (method === 'read' && 'parse' in options) latestWins(entity, request, !!options.reset || options.remove !== false);

    // Tell the page before the answer can come. A listener may abort, and nothing is sent then.
    entity.trigger('request', entity, request, options);
    if (options.signal) abortOn(options.signal, request);
    if (request._pending) send(socket, request);
    return request;
  };
  ioSync.timeout = 10_000;
  ioSync.namespace = firstSegment as Namespace;
  ioSync.fullPath = fullPath;
  return ioSync;
}

/** `options.data`, else `options.attrs`, else `toJSON`; never changed, and always with the id of a saved model. */
function requestData(Backbone: IoBackbone, method: string, entity: Entity, options: SyncOptions): unknown {
  // The fetch of a collection sends no models. In 0.4.9 it did, and a server accepts no more than about 5,000.
  const isModel = entity instanceof Backbone.Model;
  if (!isModel && method === 'read') return options.data || {};

  const data = options.data || options.attrs || entity.toJSON(options);
  if (!isModel || entity.isNew() || !isPlain(data)) return data;
  const { idAttribute } = entity;
  const missing = [idAttribute, method === 'patch' ? 'id' : idAttribute].filter(name => data[name] == null);
  if (!missing.length) return data;
  // Without a prototype, a key "__proto__" is one like any other.
  const copy = Object.assign(Object.create(null), data.toJSON ? data.toJSON() : data);
  for (const name of missing) copy[name] = entity.get(idAttribute);
  return copy;
}

/** Takes the document's version out of the answer: it is not an attribute of the page's model. */
function noteVersion(request: IoRequest, answer: unknown): void {
  if (!isPlain(answer)) return;
  request.version = answer[versionAttribute] as number | undefined;
  delete answer[versionAttribute];
}

/** Not an array or a string, which cannot carry an id. */
const isPlain = (data: unknown): data is { [name: string]: unknown; toJSON?: () => object } =>
  ({}).toString.call(data) === '[object Object]';

function abortOn(signal: AbortSignal, request: IoRequest): void {
  const abort = (): void => request._fail('aborted');
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  request.always(() => signal.removeEventListener('abort', abort));
}
