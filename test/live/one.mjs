// One document that a page follows, as a model that is in no collection: it is what the server has, until that goes, or may not be seen any
// more; then it is destroyed, once, if the page does not do that itself as well.
import { isDeepStrictEqual } from 'node:util';
import { fieldLists } from './rules.mjs';

export class One {
  filter = 0;
  wasHidden = false;
  #destroys = 0;
  #most = 1;

  constructor(window, { id, channel, fields }) {
    Object.assign(this, { window, channel, fields, id });
    this.model = new window.Todos.prototype.model({ id });
    this.model.on('destroy', () => { this.#destroys += 1; });
    this.model.on('io:state', state => { this.hadHeard = state === 'closed' && window.hasHeard; });
    const { fields: names } = fieldLists[fields];
    this.subscription = this.model.ioSubscribe({ channel, ...(names && { fields: names }) });
    this.note();
  }

  get isOpen() {
    return this.subscription.state !== 'closed';
  }

  get shown() {
    return this.window.world.viewOf(this)?.get(this.id);
  }

  /** The page itself destroys it. */
  excuse() {
    this.wasHidden = true;
    this.#most += 1;
  }

  /** Something has changed of what may be seen. */
  note() {
    this.wasHidden ||= !this.shown;
  }

  stop() {
    this.subscription.stop();
    return this.isOpen ? ['It is stopped, and not closed'] : [];
  }

  check() {
    const { model, shown, subscription: { state }, id } = this;
    const fault = words => [`${this.window.name}'s own ${id}, ${state}: ${words}`];
    this.note();
    if (this.#destroys > this.#most) return fault(`it was destroyed ${this.#destroys} times`);
    if (!this.isOpen) return this.wasHidden || !this.hadHeard ? [] : fault('it is closed, and was there all the time');
    if (this.#destroys) return fault('it is destroyed, and not closed');
    if (state !== 'live') return fault('it is not live');
    if (!shown) return fault('it is not to be seen');
    const { id: _id, ...attributes } = model.attributes;
    const picked = fieldLists[this.fields].pick(attributes);
    return isDeepStrictEqual(picked, shown) ? [] : fault(`it shows ${JSON.stringify(picked)} instead of ${JSON.stringify(shown)}`);
  }
}
