// What is on its way over one socket: requests that wait for a connection, requests that wait for their answer,
// and one clock for all of them. While nothing is on its way, the socket has no listener and the page no timer of
// ours.
//
// One clock, because a timer for each request (Socket.IO's own `timeout()` has one) doubles the time to issue 5,000
// saves. A waiting room of our own, because what Socket.IO buffers while it is disconnected is sent later, also when
// the caller was told long ago that it had failed.

import type { Socket } from './types';
import { IoRequest } from './request';
import { dropAck, emit, formerHelloOf, grace, greet, helloOf, on, type Undo } from './socket';
import { backendNamed, helloEvent, type Hello } from './wire';

type Line = (request: IoRequest) => void;

const lines = new WeakMap<Socket, Line>();

/** Sends a request over this socket, now or when it connects, and sees that it settles. */
export function send(socket: Socket, request: IoRequest): void {
  const line = lines.get(socket) || createLine(socket);
  lines.set(socket, line);
  line(request);
}

function createLine(socket: Socket): Line {
  const waiting = new Set<IoRequest>();
  /** With the number of its acknowledgement, so that none is left on the socket. */
  const inFlight = new Map<IoRequest, number | undefined>();
  let undos: Undo[] = [];
  let timer: ReturnType<typeof setTimeout>;
  let wake = Infinity;
  /** The question for a hello, and on which connection it was asked. */
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

  /** In the order of the calls. A callback of one that fails may send or abort another. */
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
   * Whether it is known if the server is a companion, which is asked once a connection, for the first request to a
   * backend. One that was a companion before is waited for as long as the request can.
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

  /** Whether the server does it once, also if it is sent again. */
  const isOnce = ({ event, meta }: IoRequest, { backends }: Pick<Hello, 'backends'> = { backends: {} }): boolean => {
    const name = backendNamed(backends, event.slice(0, event.lastIndexOf(':')));
    return !!(meta && meta.op && name && backends[name]!.once);
  };

  /** The connection has ended, and nobody knows whether the server has done it. */
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
      // What cannot be encoded, a circular structure for one.
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
    // The usual case needs no waiting room. What waits goes first, and a callback of it may abort this one.
    if (socket.connected !== false && !waiting.size && !request.meta) return transmit(request);
    waiting.add(request);
    flush();
  };
  return line;
}
