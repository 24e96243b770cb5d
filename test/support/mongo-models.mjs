// Mongoose's models on a stand-in for the server, and what a store of theirs tells.
import mongoose from 'mongoose';
import { companion } from './companion.mjs';
import { startStandIn } from './mongo-stand-in.mjs';

export const anything = () => new mongoose.Schema({ _id: String }, { strict: false, minimize: false });
export const Todo = () => new mongoose.Schema({ _id: String, title: { type: String, required: 'A todo has a title.' }, due: Date, secret: { type: String, select: false } });
let names = 0;

export function useModels(options) {
  let server;
  let connection;
  before(async () => {
    server = await startStandIn(options);
    connection = await mongoose.createConnection(server.url).asPromise();
  });
  after(async () => {
    await connection.close();
    server.close();
  });
  const model = (schema = anything()) => {
    schema.plugin(companion.publishChanges);
    return connection.model(`Model${names += 1}`, schema);
  };
  return { model, connection: () => connection };
}

// The changes that a store's watchers are told of, as sentences.
export function hear(store) {
  const told = [];
  store.watch({ change: ({ action, id, version, channel, head }) => told.push(`${action} ${id} v${version} in "${channel}" as ${head}`) });
  return told;
}
