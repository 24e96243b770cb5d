// A page of a run: a user on a line, with a few collections that it subscribes to and writes to, and every outcome that it is told.
import { Backbone } from './library.mjs';
import { Witness } from './witness.mjs';
import { fieldLists, filters } from './rules.mjs';

export const places = 2;

export class Window {
  lives = Array.from({ length: places });
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
      this.hasHeard ||= event === 'iosync:hello' && this.lives.some(live => live && live.subscription.state !== 'closed');
      this.hear();
    });
    const sync = function (...args) {
      return (owner.xhr = Backbone.sync.apply(this, args));
    };
    const Model = Backbone.Model.extend({ urlRoot: '/todos', sync });
    this.Todos = Backbone.Collection.extend({ url: '/todos', model: Model, socket: () => socket });
  }

  /** With `again`, the collection that is there is subscribed to something else. */
  subscribe({ place, channel, filter, fields, again }) {
    const before = this.lives[place];
    const isAgain = again && before;
    if (before && !isAgain) this.stop({ place });
    const live = isAgain ? before : this.create();
    Object.assign(live, { channel, filter, fields, wasRefused: false, hasOwn: false, hadHeard: false });
    live.witness.begin([...this.world.viewOf(live)?.keys() ?? []]);
    for (const { destroyed, outcomes } of this.writes) if (destroyed !== undefined && !outcomes.length) live.witness.excuse(destroyed);
    for (let left = live.fetches; left; left -= 1) live.witness.excuse();
    this.lives[place] = live;
    const { where } = filters[filter];
    const { fields: names } = fieldLists[fields];
    live.subscription = live.collection.ioSubscribe({ channel, ...(where && { where }), ...(names && { fields: names }) });
    this.world.note();
  }

  create() {
    const collection = new this.Todos();
    const live = { window: this, collection, witness: new Witness(collection, this.world.server.order), errors: [], fetches: 0 };
    // Writes that were begun for another database are done in this one as well, whenever they come.
    const { windows, server } = this.world;
    if (windows.some(({ writes }) => writes.some(({ outcomes, epochs }) => !outcomes.length && epochs < server.epochs))) live.witness.forget();
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
    live.hasOwn = true;
    // It is here, seen or not.
    model.once('change:id', () => live.witness.excuse(model.id));
  }

  destroy({ place, pick, wait }) {
    const model = this.at(place, pick);
    if (!model) return;
    for (const live of this.lives) if (live?.collection.get(model)) live.witness.excuse(model.id);
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
