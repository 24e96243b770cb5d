// The socket sync: what Backbone calls for `fetch`, `save` and `destroy`, in the order of Backbone.sync. One request
// `<namespace>:<method>` with `(data, callback)`, answered by `callback(error, result)`.

import type { Entity, IoBackbone, IoSync, IoSyncOptions } from './types';
import { isHoldable } from './holdable';
import { latestWins } from './latest';
import { send } from './line';
import { IoRequest } from './request';
import { findSocket, findUrl } from './socket';
import { firstSegment, fullPath, namespaceOf } from './url';
import { requestEvent } from './wire';

/** The longest that a timer can wait, in ms: `timeout: 0`. */
const forever = 2 ** 31 - 1;

/** What a caller may set, and what Backbone adds: `success`, `error`, `attrs`, … */
export type SyncOptions = IoSyncOptions & { [name: string]: any };

export function createSync(Backbone: IoBackbone): IoSync {
  const ioSync: IoSync = (method, entity, options: SyncOptions = {}) => {
    // Without a socket, a url or a namespace the call throws: nothing could ever come of it.
    const socket = findSocket(Backbone, entity, options);
    const namespace = namespaceOf(findUrl(entity, options), entity, options, ioSync.namespace);

    // Ensure that we have the appropriate request data.
    const data = requestData(Backbone, method, entity, options);

    // Make the request, and like Backbone leave it in the options.
    const timeout = [options.timeout, (entity as SyncOptions).timeout, ioSync.timeout].find((ms) => ms != null)!;
    const deadline = performance.now() + Math.min(timeout || forever, forever);
    const accepts = (answer: unknown): boolean => !options.parse || isHoldable(Backbone, entity, answer);
    const request = (options.xhr = new IoRequest(requestEvent(namespace, method), data, deadline, options, accepts));
    if (method === 'read') latestWins(entity, request, options.reset || options.remove !== false);

    // Tell the page before the answer can come. A listener may abort, and nothing is sent then.
    entity.trigger('request', entity, request, options);
    if (options.signal) abortOn(options.signal, request);
    if (request._pending) send(socket, request);
    return request;
  };
  ioSync.timeout = 10_000;
  ioSync.namespace = firstSegment;
  ioSync.fullPath = fullPath;
  return ioSync;
}

/** `options.data`, else `options.attrs`, else `toJSON`; never changed, and always with the id of a saved model. */
function requestData(Backbone: IoBackbone, method: string, entity: Entity, options: SyncOptions): unknown {
  // The fetch of a collection sends no models. In 0.4.9 it did, and a server accepts no more than about 5,000.
  const isModel = entity instanceof Backbone.Model;
  if (!isModel && method === 'read') return options.data || {};

  const data = options.data || options.attrs || entity.toJSON(options);
  const isPlain = Object.prototype.toString.call(data) === '[object Object]';
  if (!isModel || !isPlain || entity.isNew() || !/^(read|update|patch|delete)$/.test(method)) return data;
  const id = entity.get(entity.idAttribute);
  const names = method === 'patch' ? [entity.idAttribute, 'id'] : [entity.idAttribute];
  return names.reduce((all, name) => (all[name] == null ? Object.assign({}, all, { [name]: id }) : all), data);
}

function abortOn(signal: AbortSignal, request: IoRequest): void {
  const abort = (): void => void request.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  request.always(() => signal.removeEventListener('abort', abort));
}
