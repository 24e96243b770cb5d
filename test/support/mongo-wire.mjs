// MongoDB's wire protocol, as far as a stand-in for its server needs it: OP_MSG, and the OP_QUERY of a driver's first greeting.
import { BSON } from 'mongodb';

const OP_REPLY = 1;
const OP_MSG = 2013;

export const isLegacy = message => message.readInt32LE(12) !== OP_MSG;

export function commandOf(message) {
  let command = {};
  for (let at = 20; at < message.length;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    at += 1 + size;
    if (kind === 0) command = { ...command, ...BSON.deserialize(section) };
    else Object.assign(command, sequenceOf(section));
  }
  return command;
}

function sequenceOf(section) {
  const end = section.indexOf(0, 4);
  const documents = [];
  for (let at = end + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

function withHeader(requestId, opCode, ...parts) {
  const header = Buffer.alloc(16);
  const body = Buffer.concat(parts);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, body]);
}

export const messageReply = (requestId, reply) => withHeader(requestId, OP_MSG, Buffer.alloc(5), reply);

export function legacyReply(requestId, reply) {
  const head = Buffer.alloc(20);
  head.writeInt32LE(8, 0);
  head.writeInt32LE(1, 16);
  return withHeader(requestId, OP_REPLY, head, reply);
}
