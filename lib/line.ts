// What is on its way over one socket: requests that wait for a connection, requests that wait for their answer,
// and one clock for all of them. While nothing is on its way, the socket has no listener and the page no timer of
// ours.
//
// One clock, because a timer for each request (Socket.IO's own `timeout()` has one) doubles the time to issue 5,000
// saves. A waiting room of our own, because what Socket.IO buffers while it is disconnected is sent later, also when
// the caller was told long ago that it had failed.

import type { Socket } from './types';
import type { IoRequest } from './request';
import { on, type Undo } from './socket';

const lines = new WeakMap<Socket, Line>();

/** Sends a request over this socket, now or when it connects, and sees that it settles. */
export function send(socket: Socket, request: IoRequest): void {
  const line = lines.get(socket) || new Line(socket);
  lines.set(socket, line);
  line._add(request);
}

class Line {
  private readonly _waiting = new Set<IoRequest>();
  /** With the number of its acknowledgement, so that none is left on the socket. */
  private readonly _inFlight = new Map<IoRequest, number | undefined>();
  private _undos: Undo[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _wake = Infinity;

  constructor(private readonly _socket: Socket) {}

  _add(request: IoRequest): void {
    if (!this._undos.length) {
      this._undos = [
        on(this._socket, 'connect', () => this._flush()),
        on(this._socket, 'disconnect', () => {
          for (const request of [...this._inFlight.keys()]) request._fail('disconnected');
        }),
      ];
    }
    request._leave = this._remove;
    this._waiting.add(request);
    this._wakeAt(request._deadline);
    // Those that have waited longer go first, also when a `connect` listener of the page's comes before ours.
    if (this._socket.connected !== false) this._flush();
  }

  private readonly _remove = (request: IoRequest): void => {
    const { _socket: socket, _waiting: waiting, _inFlight: inFlight } = this;
    if (socket.acks) delete socket.acks[inFlight.get(request)!];
    inFlight.delete(request);
    waiting.delete(request);
    if (waiting.size + inFlight.size) return;
    for (const undo of this._undos) undo();
    this._undos = [];
    clearTimeout(this._timer);
    this._wake = Infinity;
  };

  private _flush(): void {
    for (const request of [...this._waiting]) {
      const { sendBuffer = [], acks, ids } = this._socket;
      const { length } = sendBuffer;
      this._waiting.delete(request);
      this._inFlight.set(request, ids);
      this._emit(request);
      // A socket whose connection has died unnoticed (a laptop that slept) puts the packet into its buffer, from
      // where it would be sent later, failed or not.
      if (sendBuffer.length > length) {
        sendBuffer.pop();
        delete acks![ids!];
        this._inFlight.delete(request);
        this._waiting.add(request);
      }
    }
  }

  /** The user's `retries` would send an error that the server answered again, and `ackTimeout` adds an argument. */
  private _emit(request: IoRequest): void {
    const socket = this._socket;
    const { _event: event, _data: data, _answer: answer } = request;
    try {
      if (socket.flags) socket.flags.fromQueue = true;
      if (socket._opts && socket._opts.ackTimeout) {
        const left = request._deadline - performance.now();
        socket.timeout!(left).emit(event, data, (late: unknown, ...args: [unknown, unknown]) => late || answer(...args));
      } else socket.emit(event, data, answer);
    } catch (error) {
      // What cannot be encoded, a circular structure for one.
      socket.flags = {};
      request._settle(true, error);
    }
  }

  private _wakeAt(deadline: number): void {
    if (deadline >= this._wake) return;
    clearTimeout(this._timer);
    this._wake = deadline;
    this._timer = setTimeout(this._sweep, deadline - performance.now());
  }

  private readonly _sweep = (): void => {
    this._wake = Infinity;
    for (const request of [...this._waiting, ...this._inFlight.keys()]) {
      if (request._deadline <= performance.now()) request._fail('timeout');
      else this._wakeAt(request._deadline);
    }
  };
}
