// What browser tests are written with: real Socket.IO servers that answer from within the test, tracked client
// sockets, fresh pages. test/README.md describes it; hooks.js takes everything away after each test.
import { io as connectToHub } from '../../node_modules/socket.io-client/dist/socket.io.esm.min.js';
import { ServerHandle } from './server-handle.js';
import { keep } from './scope.js';
import { track } from './tracked-socket.js';

const config = window.__karma__.config;
const hub = connectToHub(config.hub, { transports: ['websocket'], reconnection: false });
const handles = new Map();

// Versions of the page's scripts: { backbone, underscore | lodash, 'socket.io-client', jquery, bundle }; jquery is null without it.
export const versions = config.versions;

// The urls of the run's scripts by name: jquery, underscore | lodash, backbone, socket.io-client, iosync, iobind.
export const scripts = config.scripts;

hub.on('told', (id, kind, message) => handles.get(id)?.hear(kind, message));
hub.on('disconnect', reason => reportError(new Error(`The test hub is gone: ${reason}`)));

export async function startServer(options = {}) {
  const settings = { ...forOldClients(), ...options };
  const { id, port } = await ask('start', settings);
  const call = (name, ...args) => ask('call', id, name, args);
  const server = new ServerHandle(port, call);
  handles.set(id, server);
  keep(() => server.stop());
  return server;
}

// The package's own server. What the options are, and what its backends do, says companion-server.mjs.
export const startCompanion = options => startServer({ ...options, isCompanion: true });

// A socket of the page's own Socket.IO client, not shared with another test.
export function connect(server, options = {}) {
  const url = typeof server === 'string' ? server : server.url;
  const socket = window.io(url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options });
  return track(socket);
}

// A connected socket.
export async function connected(server, options) {
  const socket = connect(server, options);
  await once(socket, 'connect');
  return socket;
}

// The arguments of the socket's (or any emitter's) next such event.
export function once(emitter, event) {
  return new Promise(resolve => {
    const heard = (...args) => {
      (emitter.off ?? emitter.removeListener).call(emitter, event, heard);
      resolve(args);
    };
    emitter.on(event, heard);
  });
}

// A listener of the test's own, which the check for leftovers does not count: it is taken off before.
export function listen(emitter, event, listener) {
  emitter.on(event, listener);
  const stop = () => (emitter.off ?? emitter.removeListener).call(emitter, event, listener);
  keep(stop, 'first');
  return stop;
}

export function loadScript(url, page = window) {
  return new Promise((resolve, reject) => {
    const script = page.document.createElement('script');
    script.src = url;
    script.onload = () => resolve(page);
    script.onerror = () => reject(new Error(`Cannot load ${url}`));
    page.document.head.append(script);
  });
}

// The window of an empty page of the same origin, with the named scripts loaded in that order. Names of scripts
// that this run does without (a jquery, say) are passed over.
export async function freshPage(names = []) {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  keep(() => frame.remove());
  const page = frame.contentWindow;
  for (const name of names) if (scripts[name]) await loadScript(scripts[name], page);
  return page;
}

// Leaves a test out, with the reason in its name and in the count. The context is the test's `this`, or a hook's.
export function skip(context, reason) {
  (context.currentTest ?? context.test).title += ` [skipped: ${reason}]`;
  context.skip();
}

// Socket.IO 2 speaks the third revision of Engine.IO.
const forOldClients = () => versions['socket.io-client'].startsWith('2.') ? { allowEIO3: true } : {};

async function ask(event, ...args) {
  const { result, error } = await hub.emitWithAck(event, ...args);
  if (error) throw new Error(`In the test hub: ${error}`);
  return result;
}
