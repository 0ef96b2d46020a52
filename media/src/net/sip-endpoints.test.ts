import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Flow, SipTarget } from '../sip/flow.js';
import type { ConnectionCaps, SipSocket, TlsIdentity } from './sip-network.js';
import { systemNetwork } from './system-network.js';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const open: SipSocket[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A certificate for localhost, signed by itself. */
function identity(): TlsIdentity & { ca: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pem = readFileSync(cert, 'utf8');
  return { cert: pem, key: readFileSync(key, 'utf8'), ca: pem };
}

interface Side {
  readonly socket: SipSocket;
  readonly got: { text: string; flow: Flow }[];
  readonly closed: string[];
  readonly failed: SipTarget[];
}

async function listen(
  transport: 'udp' | 'tcp' | 'tls',
  more: { caps?: Partial<ConnectionCaps>; tls?: TlsIdentity; address?: string; port?: number } = {},
): Promise<Side> {
  const got: Side['got'] = [];
  const closed: string[] = [];
  const failed: SipTarget[] = [];
  const { address = '127.0.0.1', ...rest } = more;
  const socket = await systemNetwork.listen(
    { transport, address, port: 0, ...rest },
    {
      packet: (bytes, flow) => got.push({ text: bytes.toString(), flow }),
      connectionClosed: (id) => closed.push(id),
      sendFailed: (target) => failed.push(target),
    },
  );
  open.push(socket);
  return { socket, got, closed, failed };
}

/** Waits for what must come; the guard is only against hanging. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 2_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const at = ({ socket }: Side, address = '127.0.0.1'): SipTarget => ({
  transport: socket.transport,
  address,
  port: socket.port,
});

const back = (flow: Flow): SipTarget => ({
  transport: flow.transport,
  address: flow.remoteAddress,
  port: flow.remotePort,
  ...(flow.connectionId === undefined ? {} : { connectionId: flow.connectionId }),
});

describe('SIP sockets', () => {
  it.each(['udp', 'tcp', 'tls'] as const)('carry a request there and its answer back over %s', async (transport) => {
    const tls = transport === 'tls' ? { tls: identity() } : {};
    const [a, b] = [await listen(transport, tls), await listen(transport, tls)];
    a.socket.send(at(b, transport === 'tls' ? 'localhost' : '127.0.0.1'), Buffer.from('hello'));
    await until(() => b.got.length > 0);
    b.socket.send(back(b.got[0]!.flow), Buffer.from('good day'));
    await until(() => a.got.length > 0);
    expect([b.got[0]!.text, a.got[0]!.text]).toEqual(['hello', 'good day']);
    expect(b.got[0]!.flow).toMatchObject({ transport, remoteAddress: '127.0.0.1' });
    expect(b.got[0]!.flow.connectionId === undefined).toBe(transport === 'udp');
  });

  it('reach each server of one name on a connection of its own (RFC 3263 4.3), and say the name that it proved', async () => {
    const tls = identity();
    const a = await listen('tls', { tls });
    const first = await listen('tls', { tls });
    const second = await listen('tls', { tls, address: '127.0.0.2', port: first.socket.port });
    const serverName = 'localhost';
    a.socket.send({ ...at(first), serverName }, Buffer.from('one'));
    a.socket.send({ ...at(second, '127.0.0.2'), serverName }, Buffer.from('two'));
    await until(() => first.got.length > 0 && second.got.length > 0);
    expect([first.got[0]!.text, second.got[0]!.text]).toEqual(['one', 'two']);
    first.socket.send(back(first.got[0]!.flow), Buffer.from('good day'));
    await until(() => a.got.length > 0);
    expect(a.got[0]!.flow.serverName).toBe(serverName);
    expect(first.got[0]!.flow.serverName).toBeUndefined();
  });

  it('listen on IPv6', async () => {
    const [a, b] = [await listen('udp', { address: '::1' }), await listen('udp', { address: '::1' })];
    a.socket.send(at(b, '::1'), Buffer.from('six'));
    await until(() => b.got.length > 0);
    expect(b.got[0]!.flow.remoteAddress).toBe('::1');
  });

  it.each(['udp', 'tcp'] as const)('serve IPv4 and IPv6 peers on one dual-stack %s socket', async (transport) => {
    const both = await listen(transport, { address: '::' });
    for (const address of ['127.0.0.1', '::1']) {
      const peer = await listen(transport, { address });
      const before = both.got.length;
      peer.socket.send(at(both, address), Buffer.from('hello'));
      await until(() => both.got.length > before);
      const { flow } = both.got[before]!;
      expect(flow.remoteAddress).toBe(address);
      both.socket.send(back(flow), Buffer.from('good day'));
      await until(() => peer.got.length > 0);
    }
  });

  it('use one connection for all that goes to an address (RFC 3261 18.1.1)', async () => {
    const [a, b] = [await listen('tcp'), await listen('tcp')];
    for (let count = 0; count < 5; count += 1) a.socket.send(at(b), Buffer.from('x'));
    await until(() => b.got.map(({ text }) => text).join('') === 'xxxxx');
    a.socket.send(at(b), Buffer.from('y'));
    await until(() => b.got.at(-1)?.text === 'y');
    expect([a.socket.connections, b.socket.connections]).toEqual([1, 1]);
  });

  it('tell when a connection closes, and that a message could not be sent', async () => {
    const [a, b] = [await listen('tcp'), await listen('tcp')];
    a.socket.send(at(b), Buffer.from('x'));
    await until(() => b.got.length > 0);
    b.socket.closeConnection(b.got[0]!.flow.connectionId!);
    await until(() => a.closed.length > 0 && b.closed.length > 0);
    await b.socket.close();
    a.socket.send(at(b), Buffer.from('x'));
    await until(() => a.failed.length > 0);
    expect(a.failed[0]).toMatchObject({ port: b.socket.port });
    expect(a.socket.connections).toBe(0);
  });

  it('do not believe a server that cannot prove its name', async () => {
    const tls = identity();
    const [server, client] = [
      await listen('tls', { tls }),
      await listen('tls', { tls: { cert: tls.cert, key: tls.key } }),
    ];
    client.socket.send(at(server, 'localhost'), Buffer.from('secret'));
    await until(() => client.failed.length > 0);
    expect(server.got).toEqual([]);
  });

  it('cap connections, in all and from one source', async () => {
    const server = await listen('tcp', { caps: { maxConnectionsPerSource: 2 } });
    const clients = Array.from({ length: 5 }, () =>
      connect(server.socket.port, '127.0.0.1').on('error', () => undefined),
    );
    let closed = 0;
    for (const client of clients) client.on('close', () => (closed += 1)).resume();
    await until(() => closed === 3);
    expect(server.socket.connections).toBe(2);
    for (const client of clients) client.destroy();
  });

  it('close a connection that never says anything, and one that takes nothing', async () => {
    const server = await listen('tcp', { caps: { firstBytesMs: 50, maxQueuedBytes: 100_000 } });
    const silent = connect(server.socket.port, '127.0.0.1').resume();
    await new Promise((resolve) => silent.once('close', resolve));
    const deaf = connect(server.socket.port, '127.0.0.1').on('error', () => undefined);
    deaf.write('x');
    await until(() => server.got.length > 0);
    deaf.pause();
    const { flow } = server.got.at(-1)!;
    await until(() => {
      if (!server.closed.includes(flow.connectionId!)) server.socket.send(back(flow), Buffer.alloc(50_000));
      return server.closed.includes(flow.connectionId!);
    });
    deaf.destroy();
  });

  it('reject an address that is taken, and one that is not ours', async () => {
    const first = await listen('udp');
    const receiver = { packet: () => undefined, connectionClosed: () => undefined, sendFailed: () => undefined };
    const again = systemNetwork.listen({ transport: 'udp', address: '127.0.0.1', port: first.socket.port }, receiver);
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const foreign = systemNetwork.listen({ transport: 'tcp', address: '192.0.2.1', port: 0 }, receiver);
    await expect(foreign).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
