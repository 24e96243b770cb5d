// Sees what a live collection does, and knows what it has reason to do: a document comes at most once for each time that it could be seen,
// goes at most once for each time that it could not, and is never as it was before.

export class Witness {
  faults = [];
  #has = new Set();
  #comes = new Map();
  #goes = new Map();
  /** How often each document has begun to be seen, or not to be, since `begin`. */
  #shown = new Map();
  #hidden = new Map();
  #visible = new Set();
  /** When what the page shows of a document was committed. */
  #at = new Map();
  #isBlind = false;
  #slack = 0;
  /** What each model has shown last. */
  #looks = new WeakMap();

  constructor(collection, order) {
    const { model: { prototype: { idAttribute } } } = collection;
    for (const model of collection.models) {
      this.#has.add(model.id);
      this.#look(model, order);
    }
    collection.on('add', model => model.id !== undefined && this.#come(model.id));
    collection.on(`change:${idAttribute}`, model => this.#come(model.id));
    collection.on('remove', model => model.id !== undefined && this.#go(model.id));
    collection.on('add change:w', model => this.#look(model, order));
    collection.on('add change', model => this.#compare(model));
  }

  /** From now on it is another view. */
  begin(visible) {
    for (const counts of [this.#comes, this.#goes, this.#shown, this.#hidden]) counts.clear();
    this.#slack = 0;
    this.#visible = new Set(visible);
    for (const id of visible) this.#show(id, 0);
  }

  /** The view is now of these documents. */
  note(visible) {
    for (const id of visible) if (!this.#visible.has(id)) this.#show(id, 1);
    for (const id of this.#visible) if (!visible.includes(id)) count(this.#hidden, id);
    this.#visible = new Set(visible);
  }

  /** The page itself has done something: a document, or any, may come and go once more. */
  excuse(id) {
    if (id === undefined) return void (this.#slack += 1);
    this.#show(id, 1);
    count(this.#hidden, id);
  }

  /** Another database: what was written to the old one may be sent again, and is the newest then, until the page has heard of the new one. */
  forget() {
    this.#isBlind = true;
  }

  /** The page knows what it has written there, and not as which version. */
  doubt(id) {
    this.#at.delete(id);
  }

  ids() {
    return [...this.#has];
  }

  /** `wasHidden`: 1 for one that was out of sight at the beginning. */
  #show(id, wasHidden) {
    count(this.#shown, id);
    if (!this.#hidden.has(id)) this.#hidden.set(id, wasHidden);
  }

  #come(id) {
    if (this.#has.has(id)) this.faults.push(`${id} was added twice`);
    this.#has.add(id);
    const most = (this.#shown.get(id) ?? 0) + this.#slack;
    if (count(this.#comes, id) > most) this.faults.push(`${id} has come ${this.#comes.get(id)} times, and could be seen ${most} times`);
  }

  #go(id) {
    if (!this.#has.delete(id)) this.faults.push(`${id} was removed twice`);
    const most = (this.#hidden.get(id) ?? 1) + this.#slack;
    if (count(this.#goes, id) > most) this.faults.push(`${id} has gone ${this.#goes.get(id)} times, and was out of sight ${most} times`);
  }

  #compare(model) {
    const looks = JSON.stringify(model);
    if (this.#looks.get(model) === looks) this.faults.push(`${model.id} has changed without a change`);
    this.#looks.set(model, looks);
  }

  #look({ id, attributes: { w } }, order) {
    const [first, last] = order.get(w) ?? [];
    if (id === undefined || first === undefined) return;
    if (!this.#isBlind && last < this.#at.get(id)) this.faults.push(`${id} has gone back to an earlier version`);
    this.#at.set(id, first);
  }
}

function count(counts, id) {
  counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts.get(id);
}
