// The pending requests of one socket: those that wait for a connection, those that wait for their answer, and one timer for all of them.
// While there are none, the library has no listener on the socket and no timer.
//
// One timer, because one for each request (as Socket.IO's own `timeout()` has) doubles the time to issue 5,000 saves. A queue of our own,
// because what Socket.IO buffers while it is disconnected is sent later, even if the caller was told long before that it had failed.

import type { Socket } from './types';
import { IoRequest } from './request';
import { dropAck, emit, formerHelloOf, grace, greet, helloOf, on, type Undo } from './socket';
import { backendNamed, helloEvent, type Hello } from './wire';

type Line = (request: IoRequest) => void;

const lines = new WeakMap<Socket, Line>();

/** Sends a request over this socket, now or when it connects, and makes sure that it settles. */
export function send(socket: Socket, request: IoRequest): void {
  const line = lines.get(socket) || createLine(socket);
  lines.set(socket, line);
  line(request);
}

function createLine(socket: Socket): Line {
  const waiting = new Set<IoRequest>();
  /** Each with the number of its acknowledgement, so that none is left on the socket. */
  const inFlight = new Map<IoRequest, number | undefined>();
  let undos: Undo[] = [];
  let timer: ReturnType<typeof setTimeout>;
  let wake = Infinity;
  /** The request for a hello, and the connection on which it was sent. */
  let asked: IoRequest | undefined;
  let askedOn: unknown;

  const forget = (request: IoRequest): void => {
    dropAck(socket, inFlight.get(request));
    inFlight.delete(request);
  };

  const putBack = (request: IoRequest): void => {
    forget(request);
    waiting.add(request);
  };

  const remove = (request: IoRequest): void => {
    forget(request);
    waiting.delete(request);
    if (waiting.size + inFlight.size) return;
    for (const undo of undos.splice(0)) undo();
    clearTimeout(timer);
    wake = Infinity;
  };

  const wakeAt = (deadline: number): void => {
    if (deadline >= wake) return;
    clearTimeout(timer);
    wake = deadline;
    timer = setTimeout(sweep, deadline - performance.now());
  };

  const sweep = (): void => {
    wake = Infinity;
    for (const request of [...waiting, ...inFlight.keys()]) if (!request._isOver()) wakeAt(request._deadline);
  };

  /** Sends what waits, in the order of the calls. The callback of a request that fails may send or abort another. */
  const flush = (): void => {
    for (const request of [...waiting]) {
      const { meta } = request;
      if (socket.connected === false || request._isOver() || (meta && !isAnswered(request))) continue;
      const hello = helloOf(socket);
      if (meta && meta.channel && !hello) request._fail('unsupported');
      else if (request._isSent && !isOnce(request, hello)) request._fail('disconnected');
      else if (waiting.delete(request)) transmit(request);
    }
  };

  /**
   * Whether it is known if the server is a companion. The first request to a backend asks, once per connection. A server that was a
   * companion before has as long to answer as the request has.
   */
  const isAnswered = ({ _deadline }: IoRequest): boolean => {
    if (helloOf(socket)) return true;
    if (!asked || askedOn !== socket.id) {
      askedOn = socket.id;
      const wasCompanion = formerHelloOf(socket);
      asked = new IoRequest(helloEvent, {}, wasCompanion ? _deadline : performance.now() + grace, {}, Array.of);
      asked
        .done(hello => greet(socket, hello as Hello))
        .fail(() => {
          if (wasCompanion) asked = undefined;
        })
        .always(flush);
      line(asked);
    }
    return !asked._pending;
  };

  /** Whether the server executes the request only once, even if it is sent again. */
  const isOnce = ({ event, meta }: IoRequest, { backends }: Pick<Hello, 'backends'> = { backends: {} }): boolean => {
    const name = backendNamed(backends, event.slice(0, event.lastIndexOf(':')));
    return !!(meta && meta.op && name && backends[name]!.once);
  };

  /** The connection has ended, and it is unknown whether the server has executed the request. */
  const lose = (request: IoRequest): void => {
    if (!isOnce(request, formerHelloOf(socket))) return request._fail('disconnected');
    putBack(request);
    request._isSent = true;
  };

  const transmit = (request: IoRequest): void => {
    inFlight.set(request, socket.ids);
    try {
      const { event, data, meta, _answer } = request;
      if (!emit(socket, event, data, ...(meta && helloOf(socket) ? [meta] : []), _answer)) putBack(request);
    } catch (error) {
      // The data cannot be encoded, for example because it is circular.
      request._settle(true, error);
    }
  };

  const line: Line = request => {
    if (!undos.length) {
      undos = [
        on(socket, 'connect', flush),
        on(socket, 'disconnect', () => [...inFlight.keys()].forEach(lose)),
      ];
    }
    request._leave = remove;
    wakeAt(request._deadline);
    // Usually nothing waits, and the request is sent at once. Otherwise the others go first, and a callback of theirs may abort this one.
    if (socket.connected !== false && !waiting.size && !request.meta) return transmit(request);
    waiting.add(request);
    flush();
  };
  return line;
}
