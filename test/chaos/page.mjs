// A page: collections that are live on a line of its own, and somebody who writes in them. It reports each write before it is sent and
// when it has ended, and whatever its collections are told; whether that is right is not its business.
import Backbone from 'backbone';
import { io } from 'socket.io-client';
import { require as requireSource } from 'tsx/cjs/api';
import { isDefinite } from './history.mjs';
import { heardBy } from './plants.mjs';
import { nameOf, viewsOf } from './views.mjs';

// As for the companion: see support/companion.mjs.
const isSource = process.env.COMPANION === 'lib';
const { install } = isSource ? requireSource('../../lib/install.ts', import.meta.url) : await import('../../dist/install.mjs');
install(Backbone);

const mostPending = 5;
// More documents than this are not made by pages.
const mostThings = 1_000;

export class Page {
  #collections = new Map();
  #subscriptions = new Map();
  #pending = new Set();
  #heard = new Map();
  #seen = [];
  #marks = 0;
  #timer;

  // `life` tells this page from those of the same name that were killed.
  constructor({ number, life, port, chance, plant, report }) {
    Object.assign(this, { number, name: nameOf(number), life: `${nameOf(number)}.${life}`, chance, report });
    this.socket = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'], forceNew: true, auth: { name: this.name }, reconnectionDelay: 50, reconnectionDelayMax: 500, timeout: 3_000,
    });
    this.#listenIn(plant);
    this.bare = this.kept;
    for (const view of viewsOf(number)) {
      const things = new (Backbone.Collection.extend({ url: '/things', socket: () => this.socket }))();
      this.#collections.set(view.name, { view, things });
      this.#noteStates(view, things);
      things.on('io', (method, model, { id, mark }) => this.#seen.push([view.name, model?.id ?? id, method === 'delete' ? null : mark]));
    }
    this.again();
  }

  // Subscribes anew to what is not subscribed to.
  again() {
    for (const { view, things } of this.#collections.values()) {
      const former = this.#subscriptions.get(view.name);
      if (former && former.state !== 'closed') continue;
      const { channel, where, fields } = view;
      this.#subscriptions.set(view.name, things.ioSubscribe({ channel, ...(where && { where }), ...(fields && { fields }) }));
    }
  }

  // By the names of the views.
  get states() {
    return Object.fromEntries([...this.#subscriptions].map(([name, { state }]) => [name, state]));
  }

  get pending() {
    return this.#pending.size;
  }

  // How often each subscription of this connection has been told something, since `deafen`; by shape.
  get told() {
    return [...this.#heard.values()];
  }

  deafen() {
    this.#heard.clear();
  }

  shown() {
    return Object.fromEntries([...this.#collections].map(([name, { things }]) => [name, things.filter(one => !one.isNew()).map(one => one.attributes)]));
  }

  // Those that its creator still has as drafts.
  get drafts() {
    return [...this.#collections.values()].flatMap(({ things }) => things.filter(one => one.isNew()).map(one => one.get('mark')));
  }

  takeSeen() {
    return this.#seen.splice(0);
  }

  begin() {
    const pause = 60 + this.chance() * 280;
    this.#timer = setTimeout(() => {
      this.#act();
      this.begin();
    }, pause);
  }

  rest() {
    clearTimeout(this.#timer);
  }

  stop() {
    this.#stop(this.#subscriptions.values());
  }

  // What the library has on the socket.
  get kept() {
    const { socket } = this;
    const listeners = Object.values(socket._callbacks ?? {}).reduce((sum, list) => sum + list.length, 0);
    return { listeners, any: socket.listenersAny().length, acks: Object.keys(socket.acks).length, unsent: socket.sendBuffer.length };
  }

  close() {
    this.socket.close();
  }

  #stop(subscriptions) {
    this.isStopping = true;
    for (const subscription of subscriptions) subscription.stop();
    this.isStopping = false;
  }

  #oneOf(list) {
    return list[Math.floor(this.chance() * list.length)];
  }

  // Before the library hears it.
  #listenIn(plant) {
    const { socket } = this;
    const { onevent } = socket;
    socket.onevent = packet => {
      packet.data = heardBy(plant, packet.data);
      const [event, message] = packet.data;
      if (event === 'things:changes') this.#noteMessage(message);
      onevent.call(socket, packet);
    };
    socket.on('connect', () => this.#heard.clear());
    socket.onAnyOutgoing((name, data, meta) => {
      if (/:(read|create)$/.test(name) && meta?.channel !== undefined) this.isIntroduced = true;
      for (const write of this.#pending) if (write.op === meta?.op) write.times += 1;
    });
  }

  // A subscription that closes tells why by an error before, or not at all if there is no companion.
  #noteStates({ name }, things) {
    let [code, hasBeenLive] = ['unsupported', false];
    things.on('error', (about, error) => {
      if (about === things && error.code) ({ code } = error);
    });
    things.on('io:state', state => {
      if (state === 'live') [code, hasBeenLive] = ['unsupported', true];
      if (state === 'closed' && !this.isStopping) this.report({ closed: name, life: this.life, code, hasBeenLive });
    });
  }

  #noteMessage({ shape, entries }) {
    this.#heard.set(shape, 1 + (this.#heard.get(shape) ?? 0));
    for (const { attrs } of entries) if (attrs?.mark?.startsWith(`closed to ${this.name} `)) this.report({ sent: attrs.mark, to: this.name });
  }

  #act() {
    const { view, things } = this.#oneOf([...this.#collections.values()]);
    // Until the server has said what it is, writes go as to any other, and are not known by their ops.
    if (!this.isIntroduced) return void this.#collections.get('all').things.fetch({ timeout: 3_000 });
    const luck = this.chance();
    if (luck < 0.02 && !this.pending) this.#stop([this.#subscriptions.get(view.name)]);
    else if (luck < 0.04) this.again();
    // What is fetched and created at once, while it is not live, is Backbone's to tell apart: it cannot.
    else if (luck < 0.06 && !view.fits && (this.states[view.name] !== 'closed' || !this.pending)) things.fetch({ timeout: 3_000 });
    else if (this.#pending.size < mostPending) this.#writeTo(view, things);
  }

  #writeTo({ name, fields }, things) {
    const models = things.filter(one => !one.isNew());
    const model = this.#oneOf(models);
    const luck = this.chance();
    const attributes = this.#attributes(fields);
    // What is not live cannot know what became of a write that failed.
    if (!model || this.states[name] === 'closed' || (luck < 0.3 && models.length < mostThings)) this.#create(things, attributes, fields);
    else if (luck < 0.6) this.#write('patch', model, options => model.save(attributes, { ...options, patch: true }));
    else if (luck < 0.8) this.#write('update', model, options => model.save({ note: undefined, ...attributes }, options));
    else this.#write('delete', model, options => model.destroy(options));
  }

  #create(things, attributes, fields) {
    const more = { kind: this.#oneOf(['x', 'y']), user: { name: this.#oneOf(['ann', 'bob', 'hanna']) } };
    const model = new things.model({ ...onlyOf(more, fields), ...attributes }, { collection: things });
    this.#write('create', model, options => things.create(model, options), code => isDefinite(code) && things.remove(model));
  }

  // Each write has a mark of its own.
  #attributes(fields) {
    this.mark = `${this.life} ${this.#marks += 1}`;
    const note = this.chance() < 0.3 && { note: this.#oneOf(['short', 'and a longer one', null]) };
    return onlyOf({ mark: this.mark, n: Math.floor(this.chance() * 100), ...note }, fields);
  }

  #write(method, model, ask, failed = () => {}) {
    const write = { method, times: 0 };
    const ended = outcome => {
      this.#pending.delete(write);
      this.report({ ended: write.op, times: write.times, ...outcome });
    };
    model.once('request', (_, request) => {
      write.request = request;
      write.op = request.meta.op;
      this.#pending.add(write);
      const { mark } = this;
      this.report({ asked: write.op, method, life: this.life, ...(!model.isNew() && { id: String(model.id) }), ...(method !== 'delete' && { mark }) });
    });
    ask({
      timeout: this.#oneOf([2_000, 8_000, 12_000]),
      wait: this.chance() < 0.4,
      ...(method !== 'create' && this.chance() < 0.2 && { ifVersion: true }),
      success: (_, answer) => ended({ id: answer?.id, version: write.request?.version }),
      error: (_, { code = 'unknown' }) => {
        ended({ code });
        failed(code);
      },
    });
  }
}

const onlyOf = (attributes, fields) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !fields || fields.some(field => field.split('.')[0] === name)));
