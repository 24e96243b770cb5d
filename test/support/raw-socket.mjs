// A connection that can send what no client would: raw frames on a WebSocket, below Socket.IO and Engine.IO.
import { once } from 'node:events';
import { WebSocket } from 'ws';

// Resolves when Socket.IO has accepted or refused the connection; `auth` is the string of its credentials. `onText` gets every text
// frame except pings.
export async function openRaw(port, { auth = '{}', onText = () => {} } = {}) {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  const closed = new Promise(resolve => ws.once('close', resolve));
  const waiting = new Map();
  ws.on('error', () => {});
  ws.on('message', (data, isBinary) => {
    const text = isBinary ? '' : String(data);
    if (text === '2') return ws.send('3');
    const id = /^43(\d+)/.exec(text)?.[1];
    waiting.get(id)?.(text.slice(2 + id.length));
    waiting.delete(id);
    onText(text);
  });
  const opened = new Promise(resolve => ws.on('message', function hear(data) {
    if (!/^4[04]/.test(data)) return;
    ws.off('message', hear);
    resolve();
  }));
  await Promise.race([once(ws, 'open'), closed]);
  if (ws.readyState === WebSocket.OPEN) ws.send(`40${auth}`);
  await Promise.race([opened, closed]);

  // Resolves with the frame that answers the request with this number, or with undefined when the server has closed the connection.
  const answerTo = id => Promise.race([new Promise(resolve => waiting.set(String(id), resolve)), closed.then(() => {})]);
  const send = (...frames) => frames.forEach(frame => ws.send(frame));
  const close = () => {
    ws.close();
    return closed;
  };
  return { send, answerTo, closed, close, get isOpen() { return ws.readyState === WebSocket.OPEN; } };
}
