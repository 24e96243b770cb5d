// Stands in for a MongoDB server, where there is none: speaks its wire protocol to Mongoose's own driver, and does just what the store's
// and the plugin's calls need. It is not a MongoDB: transactions run one at a time while all other clients wait, and nothing conflicts.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { BSON } from 'mongodb';
import { commandOf, isLegacy, legacyReply, messageReply } from './mongo-wire.mjs';


export async function startStandIn({ replicaSet = true } = {}) {
  const server = new StandIn(replicaSet);
  await server.listen();
  return server;
}

class StandIn {
  collections = new Map();
  sockets = new Set();
  // The names of the commands that came, for tests that count them.
  commands = [];
  transaction = undefined;
  waiting = [];

  constructor(isReplicated) {
    this.isReplicated = isReplicated;
  }

  async listen() {
    this.net = createServer(socket => this.accept(socket)).listen(0, '127.0.0.1');
    await once(this.net, 'listening');
    this.url = `mongodb://127.0.0.1:${this.net.address().port}/test?directConnection=true`;
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    this.net.close();
  }

  accept(socket) {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    let buffer = Buffer.alloc(0);
    socket.on('data', chunk => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 4 && buffer.length >= buffer.readInt32LE(0)) {
        const message = buffer.subarray(0, buffer.readInt32LE(0));
        buffer = buffer.subarray(message.length);
        this.answer(socket, message);
      }
    });
  }

  answer(socket, message) {
    const id = message.readInt32LE(4);
    const isOld = isLegacy(message);
    const command = isOld ? { hello: 1 } : commandOf(message);
    const run = () => {
      const reply = BSON.serialize(this.execute(command), { ignoreUndefined: true });
      socket.write(isOld ? legacyReply(id, reply) : messageReply(id, reply));
    };
    const session = command.lsid?.id.toString('hex');
    if (this.transaction && this.transaction.session !== session && !('hello' in command)) this.waiting.push(() => this.answer(socket, message));
    else run();
  }

  execute(command) {
    const [name] = Object.keys(command);
    this.commands.push(name);
    if (command.startTransaction) this.transaction = { session: command.lsid.id.toString('hex'), before: snapshot(this.collections) };
    const perform = Object.hasOwn(commands, name) ? commands[name] : () => ({ ok: 0, errmsg: `no such command: ${name}`, code: 59 });
    return { ok: 1, ...perform.call(this, command) };
  }

  end(isCommitted) {
    if (!isCommitted && this.transaction) this.collections = this.transaction.before;
    this.transaction = undefined;
    for (const next of this.waiting.splice(0)) next();
    return {};
  }

  documents(name) {
    if (!this.collections.has(name)) this.collections.set(name, new Map());
    return this.collections.get(name);
  }

  find(name, filter) {
    const documents = this.documents(name);
    const isById = typeof filter._id === 'string' || filter._id instanceof BSON.ObjectId;
    const candidates = isById ? [documents.get(keyOf(filter._id))].filter(Boolean) : [...documents.values()];
    return candidates.filter(document => matches(document, filter));
  }

  put(name, document) {
    this.documents(name).set(keyOf(document._id), document);
  }
}

const commands = {
  hello() {
    const { port } = this.net.address();
    const replicated = this.isReplicated ? { setName: 'one', hosts: [`127.0.0.1:${port}`], me: `127.0.0.1:${port}` } : {};
    return { helloOk: true, isWritablePrimary: true, ismaster: true, maxBsonObjectSize: 16777216, maxMessageSizeBytes: 48000000,
      maxWriteBatchSize: 100000, minWireVersion: 0, maxWireVersion: 25, logicalSessionTimeoutMinutes: 30, ...replicated };
  },
  ping: () => ({}),
  endSessions: () => ({}),
  create: () => ({}),
  createIndexes: () => ({}),
  commitTransaction() { return this.end(true); },
  abortTransaction() { return this.end(false); },
  find({ find: name, filter = {}, sort = {}, limit = 0, projection = {}, $db }) {
    const found = this.find(name, filter).sort((a, b) => order(a, b, sort)).map(document => projected(document, projection));
    return { cursor: { id: BSON.Long.ZERO, ns: `${$db}.${name}`, firstBatch: limit ? found.slice(0, limit) : found } };
  },
  insert({ insert: name, documents }) {
    const writeErrors = [];
    for (const [index, document] of documents.entries()) {
      if (this.documents(name).has(keyOf(document._id))) {
        writeErrors.push({ index, code: 11000, errmsg: 'E11000 duplicate key', keyPattern: { _id: 1 } });
        break;
      }
      this.put(name, document);
    }
    return { n: documents.length - writeErrors.length, ...(writeErrors.length && { writeErrors }) };
  },
  update({ update: name, updates }) {
    let n = 0;
    for (const { q, u, multi } of updates) {
      for (const document of this.find(name, q).slice(0, multi ? undefined : 1)) {
        this.put(name, updated(document, u));
        n += 1;
      }
    }
    return { n, nModified: n };
  },
  delete({ delete: name, deletes }) {
    let n = 0;
    for (const { q, limit } of deletes) {
      for (const { _id } of this.find(name, q).slice(0, limit || undefined)) n += Number(this.documents(name).delete(keyOf(_id)));
    }
    return { n };
  },
  findAndModify({ findAndModify: name, query, sort = {}, update, remove, upsert, new: isAfter, fields = {} }) {
    const [before] = this.find(name, query).sort((a, b) => order(a, b, sort));
    if (!before && !upsert) return { value: null, lastErrorObject: { n: 0, ...(!remove && { updatedExisting: false }) } };
    const after = remove ? undefined : updated(before ?? inserted(query, update), update);
    if (after) this.put(name, after);
    else this.documents(name).delete(keyOf(before._id));
    const value = isAfter ? after : before;
    const upserted = before ? {} : { upserted: after._id };
    return { value: value ? projected(value, fields) : null, lastErrorObject: { n: 1, ...(!remove && { updatedExisting: Boolean(before) }), ...upserted } };
  },
};

// Snapshots share the documents, which are replaced, never changed.
const snapshot = collections => new Map([...collections].map(([name, documents]) => [name, new Map(documents)]));

const keyOf = id => BSON.EJSON.stringify(id);

function projected(document, projection) {
  const isInclusive = Object.entries(projection).some(([name, sign]) => sign && name !== '_id');
  const isKept = name => Boolean(projection[name] ?? (name === '_id' || !isInclusive));
  return Object.fromEntries(Object.entries(document).filter(([name]) => isKept(name)));
}

const inserted = (query, { $setOnInsert = {} }) => {
  if ('_id' in query && '_id' in $setOnInsert) throw new Error('The stand-in is given two ids.');
  return { _id: new BSON.ObjectId(), ...query, ...$setOnInsert };
};

function updated(document, update) {
  const after = BSON.deserialize(BSON.serialize(document));
  for (const [path, value] of Object.entries(update.$set ?? {})) put(after, path, value);
  for (const path of Object.keys(update.$unset ?? {})) put(after, path, undefined);
  for (const [path, value] of Object.entries(update.$inc ?? {})) put(after, path, (after[path] ?? 0) + value);
  return after;
}

function put(document, path, value) {
  const names = path.split('.');
  const last = names.pop();
  const inner = names.reduce((object, name) => (object[name] ??= {}), document);
  if (value === undefined) delete inner[last];
  else inner[last] = value;
}

const reach = (value, [name, ...rest]) => {
  if (name === undefined) return Array.isArray(value) ? [value, ...value] : [value];
  if (Array.isArray(value)) return value.flatMap(one => (Array.isArray(one) ? [] : reach(one, [name, ...rest])));
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? reach(value[name], rest) : [];
};

const isEqual = (a, b) => keyOf(a) === keyOf(b);
const compare = (a, b) => (typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a - b);
const isLike = (a, b) => typeof a === typeof b && !Array.isArray(a);

const tests = {
  $in: (values, list) => list.some(one => values.some(value => isEqual(value, one)) || (one === null && !values.length)),
  $eq: (values, one) => tests.$in(values, [one]),
  $gt: (values, bound) => values.some(value => isLike(value, bound) && compare(value, bound) > 0),
  $gte: (values, bound) => values.some(value => isLike(value, bound) && compare(value, bound) >= 0),
  $lt: (values, bound) => values.some(value => isLike(value, bound) && compare(value, bound) < 0),
  $lte: (values, bound) => values.some(value => isLike(value, bound) && compare(value, bound) <= 0),
  $regex: (values, pattern) => values.some(value => typeof value === 'string' && new RegExp(pattern).test(value)),
};

function matches(document, filter) {
  return Object.entries(filter).every(([path, test]) => {
    if (path === '$and') return test.every(one => matches(document, one));
    if (path === '$or') return test.some(one => matches(document, one));
    const values = reach(document, path.split('.'));
    const isTest = typeof test === 'object' && test !== null && Object.keys(test).some(name => name.startsWith('$'));
    if (!isTest) return tests.$eq(values, test);
    return Object.entries(test).every(([name, operand]) => {
      if (!Object.hasOwn(tests, name)) throw new Error(`The stand-in does not know ${name}.`);
      return tests[name](values, operand);
    });
  });
}

function order(a, b, sort) {
  for (const [path, sign] of sort instanceof Map ? sort : Object.entries(sort)) {
    const [one] = reach(a, path.split('.'));
    const [other] = reach(b, path.split('.'));
    const difference = compare(sortable(one), sortable(other));
    if (difference) return difference * sign;
  }
  return 0;
}

const sortable = value => (value instanceof BSON.ObjectId ? value.toHexString() : value);
