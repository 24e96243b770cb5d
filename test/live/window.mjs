// A page of a run: a user on a line, with a few collections that it subscribes to and writes to, and every outcome that it is told.
import { Backbone } from './library.mjs';
import { One } from './one.mjs';
import { Witness } from './witness.mjs';
import { fieldLists, filters } from './rules.mjs';

export const places = 2;

export class Window {
  lives = Array.from({ length: places });
  /** The document that it follows. */
  one = undefined;
  writes = [];
  faults = [];
  /** Whether the server has said hello to somebody who is subscribed. */
  hasHeard = false;
  #count = 0;
  /** Something has come. */
  hear = () => {};

  constructor(world, name, { line, socket, user }) {
    Object.assign(this, { world, name, line, socket, user });
    const owner = this;
    socket.onAny(event => {
      this.hasHeard ||= event === 'iosync:hello' && [...this.lives, this.one].some(live => live && live.subscription.state !== 'closed');
      this.hear();
    });
    const sync = function (...args) {
      return (owner.xhr = Backbone.sync.apply(this, args));
    };
    const Model = Backbone.Model.extend({ urlRoot: '/todos', sync, socket: () => socket });
    this.Todos = Backbone.Collection.extend({ url: '/todos', model: Model, socket: () => socket });
  }

  /** With `again`, the collection that is there is subscribed to something else; `made`: it begins from a snapshot. */
  subscribe({ place, channel, filter, fields, again }, made) {
    const before = this.lives[place];
    const isAgain = again && before;
    if (before && !isAgain) this.stop({ place });
    const live = isAgain ? before : this.create(made);
    Object.assign(live, { channel, filter, fields, wasRefused: false, hasOwn: false, hadHeard: false });
    live.witness.begin([...this.world.viewOf(live)?.keys() ?? []]);
    for (const { destroyed, outcomes } of this.writes) if (destroyed !== undefined && !outcomes.length) live.witness.excuse(destroyed);
    for (let left = live.fetches; left; left -= 1) live.witness.excuse();
    this.lives[place] = live;
    live.subscription = live.collection.ioSubscribe({ ...wanted({ channel, filter, fields }), ...(made && { cursor: made.cursor }) });
    this.world.note();
  }

  /** As a page that was made on the server: what was read there is in it. */
  async render(command) {
    const made = await this.world.server.snapshot(this.user, wanted(command));
    if (made) this.subscribe(command, made);
  }

  follow(command) {
    this.unfollow();
    this.one = new One(this, command);
  }

  unfollow() {
    this.faults.push(...this.one?.stop() ?? []);
    this.one = undefined;
  }

  create({ documents } = {}) {
    const collection = new this.Todos(documents);
    const live = { window: this, collection, witness: new Witness(collection, this.world.server.order), errors: [], fetches: 0 };
    collection.on('error', (of, error) => of === collection && live.errors.push(error?.code));
    collection.on('io:state', state => { live.hadHeard = state === 'closed' && this.hasHeard; });
    return live;
  }

  stop({ place }) {
    const live = this.lives[place];
    if (!live) return;
    live.subscription.stop();
    this.lives[place] = undefined;
    this.faults.push(...live.witness.faults.splice(0));
    if (live.subscription.state !== 'closed') this.faults.push('It is stopped, and not closed');
  }

  save({ place, pick, attributes, patch, wait }) {
    const model = this.at(place, pick);
    if (model) this.write(options => (model.save(this.stamped(attributes), { ...options, patch, wait }), model));
  }

  make({ place, attributes, wait }) {
    const live = this.lives[place];
    if (!live) return;
    const { model } = this.write(options => live.collection.create(this.stamped(attributes), { ...options, wait }));
    // It is here, seen or not.
    model.once('change:id', () => {
      live.hasOwn = true;
      live.witness.excuse(model.id);
    });
  }

  destroy({ place, pick, wait }) {
    const model = this.at(place, pick);
    if (!model) return;
    for (const live of this.lives) if (live?.collection.get(model)) live.witness.excuse(model.id);
    if (this.one?.model === model) this.one.excuse();
    this.write(options => (model.destroy({ ...options, wait }), model)).destroyed = model.id;
  }

  fetch({ place }) {
    const live = this.lives[place];
    if (!live) return;
    live.witness.excuse();
    live.hasOwn = true;
    const end = () => { live.fetches -= 1; };
    live.fetches += 1;
    live.collection.fetch({ success: end, error: end });
  }

  /** A model that the server has. */
  at(place, pick) {
    if (place === places) return this.one?.isOpen ? this.one.model : undefined;
    const models = this.lives[place]?.collection.filter(model => !model.isNew()) ?? [];
    return models[pick % models.length];
  }

  /** Each write is known by what it writes. */
  stamped(attributes) {
    this.#count += 1;
    return { ...attributes, w: `${this.name}${this.#count}` };
  }

  write(begin) {
    const { world } = this;
    const { epochs } = world.server;
    const one = { outcomes: [], epochs, changes: world.changes, logins: world.logins };
    this.writes.push(one);
    const end = outcome => {
      one.outcomes.push(outcome);
      this.hear();
    };
    const model = begin({
      success: of => {
        // What may not be seen any more is not answered.
        if (one.request.version == null) for (const { witness } of this.lives.filter(Boolean)) witness.doubt(of.id);
        end('success');
      },
      error: (of, error) => end(error?.code ?? 'error'),
    });
    return Object.assign(one, { model, request: this.xhr, op: this.xhr.meta?.op });
  }
}

function wanted({ channel, filter, fields }) {
  const { where } = filters[filter];
  const { fields: names } = fieldLists[fields];
  return { channel, ...(where && { where }), ...(names && { fields: names }) };
}
