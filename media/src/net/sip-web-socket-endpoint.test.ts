import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Flow, SipTarget } from '../sip/flow.js';
import type { ConnectionCaps, SipSocket } from './sip-network.js';
import { openSipWebSocketEndpoint } from './sip-web-socket-endpoint.js';

interface Opened {
  readonly socket: SipSocket;
  readonly packets: { text: string; flow: Flow }[];
  readonly closed: string[];
  readonly failed: SipTarget[];
  /** A client that is connected, and the name the listener knows it by. */
  client(): Promise<{ webSocket: WebSocket; id: string }>;
}

const sockets: SipSocket[] = [];
const clients: (WebSocket | Socket)[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client instanceof WebSocket ? client.terminate() : client.destroy();
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

async function open(caps: Partial<ConnectionCaps> = {}): Promise<Opened> {
  const packets: Opened['packets'] = [];
  const closed: string[] = [];
  const failed: SipTarget[] = [];
  const socket = await openSipWebSocketEndpoint(
    { transport: 'ws', address: '127.0.0.1', port: 0, caps },
    {
      packet: (bytes, flow) => packets.push({ text: bytes.toString(), flow }),
      connectionClosed: (id) => closed.push(id),
      sendFailed: (target) => failed.push(target),
    },
  );
  sockets.push(socket);
  const client = async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${socket.port}`, 'sip');
    clients.push(webSocket);
    await once(webSocket, 'open');
    const name = `hello ${clients.length}`;
    webSocket.send(name);
    await until(() => packets.some(({ text }) => text === name));
    return { webSocket, id: packets.find(({ text }) => text === name)!.flow.connectionId! };
  };
  return { socket, packets, closed, failed, client };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const target = (more: Partial<SipTarget>): SipTarget => ({ transport: 'ws', address: '127.0.0.1', port: 9, ...more });

describe('a WebSocket listener', () => {
  it('gives each frame as one packet, text and binary alike, with the connection it came on', async () => {
    const { socket, packets, client } = await open();
    const { webSocket, id } = await client();
    webSocket.send('OPTIONS\r\n\r\n');
    webSocket.send(Buffer.from('BYE\r\n\r\n'), { binary: true });
    await until(() => packets.length === 3);
    expect(packets.slice(1)).toMatchObject([
      { text: 'OPTIONS\r\n\r\n', flow: { transport: 'ws', connectionId: id, remoteAddress: '127.0.0.1' } },
      { text: 'BYE\r\n\r\n', flow: { connectionId: id } },
    ]);
    expect(socket.connections).toBe(1);
  });

  it('sends on the named connection and nowhere else, as text where it is text', async () => {
    const { socket, failed, client } = await open();
    const { webSocket, id } = await client();
    const frames: [string, boolean][] = [];
    webSocket.on('message', (data, isBinary) => frames.push([String(data), isBinary]));
    socket.send(target({ connectionId: id }), Buffer.from('INVITE ü'));
    socket.send(target({ connectionId: id }), Buffer.from([0xff, 0xfe]));
    await until(() => frames.length === 2);
    expect(frames).toEqual([
      ['INVITE ü', false],
      [expect.any(String), true],
    ]);
    const { remotePort } = (webSocket as unknown as { _socket: { localPort: number; remotePort: number } })._socket;
    for (const lost of [target({ connectionId: 'ws-other-1' }), target({}), target({ port: remotePort })]) {
      socket.send(lost, Buffer.from('x'));
      await until(() => failed.includes(lost));
    }
    expect(frames).toHaveLength(2);
  });

  it('tells of a connection that closed, and what is sent to it fails', async () => {
    const { socket, closed, failed, client } = await open();
    const { webSocket, id } = await client();
    webSocket.terminate();
    await until(() => closed.includes(id));
    socket.send(target({ connectionId: id }), Buffer.from('x'));
    await until(() => failed.length === 1);
    expect(socket.connections).toBe(0);
  });

  it('names no connection as another start did: names are kept with bindings', async () => {
    const [one, other] = [await open(), await open()];
    const ids = [(await one.client()).id, (await other.client()).id];
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]!.split('-')[1]).not.toBe(ids[1]!.split('-')[1]);
  });

  it('pings, and cuts off who does not answer by the next ping', async () => {
    const { closed, client } = await open({ pingMs: 500 });
    const [alive, dead] = [await client(), await client()];
    // A browser that was cut from the network answers nothing, and closes nothing.
    (dead.webSocket as unknown as { _socket: Socket })._socket.pause();
    await until(() => closed.length > 0);
    expect(closed).toEqual([dead.id]);
    expect(alive.webSocket.readyState).toBe(WebSocket.OPEN);
  });

  it('cuts off who reads too slowly to take what it is sent', async () => {
    const { socket, closed, client } = await open({ maxQueuedBytes: 100_000 });
    const { webSocket, id } = await client();
    (webSocket as unknown as { _socket: Socket })._socket.pause();
    const bytes = Buffer.alloc(60_000, 0x41);
    for (let count = 0; count < 500 && socket.connections > 0; count++)
      socket.send(target({ connectionId: id }), bytes);
    await until(() => closed.includes(id));
  });

  it('closes on who says nothing of SIP, with 1008', async () => {
    const { socket } = await open({ firstBytesMs: 30 });
    const webSocket = new WebSocket(`ws://127.0.0.1:${socket.port}`, 'sip');
    clients.push(webSocket);
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1008);
  });

  it('takes no more than its caps, counted from the first byte, and takes others when some have gone', async () => {
    const { socket } = await open({ maxConnectionsPerSource: 3 });
    const raw = () => {
      const made = connect(socket.port, '127.0.0.1');
      made.on('error', () => undefined).resume();
      clients.push(made);
      return made;
    };
    const held = [raw(), raw(), raw()];
    await Promise.all(held.map((each) => once(each, 'connect')));
    const refused = raw();
    await once(refused, 'close');
    held[0]!.destroy();
    await once(held[0]!, 'close');
    let taken = false;
    for (let count = 0; count < 100 && !taken; count++) {
      const webSocket = new WebSocket(`ws://127.0.0.1:${socket.port}`, 'sip');
      clients.push(webSocket);
      taken = await new Promise((resolve) => {
        webSocket.once('open', () => resolve(true)).once('error', () => resolve(false));
      });
    }
    expect(taken).toBe(true);
  });

  it('says goodbye to all when it closes: 1001', async () => {
    const { socket, client } = await open();
    const { webSocket } = await client();
    const closed = once(webSocket, 'close');
    await socket.close();
    expect((await closed)[0]).toBe(1001);
  });
});
