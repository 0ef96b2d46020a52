import type { RawPeer } from '@hookswitch/media/drivers/embedded/raw-peer.fixture';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterEach, describe, expect, it } from 'vitest';
import { TwoProcesses } from './two-processes.js';

const sdp = (address: string, direction = 'sendrecv') =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=${direction}\r\n`;
const withSdp = 'Content-Type: application/sdp';
const header = (message: string | undefined, name: string) =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(message ?? '')?.[1]?.trim();
const firstLine = (message: string | undefined) => message?.split('\r\n')[0];
const cseq = (message: string | undefined) => Number(header(message, 'CSeq')?.split(' ')[0]);

let world: TwoProcesses;
afterEach(() => world.close());

/** Takes the leg over in another process. */
async function takenOver(leg: LiveCall): Promise<LiveCall> {
  const [restored] = await world.restart([world.snapshotOf(leg)]);
  return restored!.call;
}

/** The last request of that method which it got. */
function lastOf(peer: RawPeer, method: string): string {
  return peer.got.filter((message) => message.startsWith(`${method} `)).at(-1)!;
}

describe('a leg that was taken over', () => {
  it('of a carrier that challenges each request is ended with the carrier’s password, and with a count that was never used', async () => {
    world = await new TwoProcesses().start();
    const carrier = await world.peer('10.0.0.2');
    const leg = await world.dial({
      kind: 'sip',
      uri: 'sip:200@10.0.0.2',
      credentials: { username: 'us', password: 'secret' },
    });
    const challenge = 'Proxy-Authenticate: Digest realm="carrier", nonce="n1", qop="auth", algorithm=SHA-256';
    carrier.respond(lastOf(carrier, 'INVITE'), '407 Proxy Authentication Required', [challenge]);
    await world.clock.advanceAsync(100);
    const invite = lastOf(carrier, 'INVITE');
    carrier.respond(invite, '200 OK', ['Contact: <sip:10.0.0.2>', withSdp], sdp('10.0.0.2'));
    await world.clock.advanceAsync(100);
    expect(leg.status).toBe('answered');
    const restored = await takenOver(leg);
    restored.hangUp();
    await world.clock.advanceAsync(100);
    const first = lastOf(carrier, 'BYE');
    carrier.respond(first, '407 Proxy Authentication Required', [challenge]);
    await world.clock.advanceAsync(100);
    const second = lastOf(carrier, 'BYE');
    expect(header(second, 'Proxy-Authorization')).toMatch(/username="us".*realm="carrier".*response="[0-9a-f]{64}"/);
    expect(cseq(first)).toBeGreaterThan(cseq(invite) + 50);
    expect(cseq(second)).toBe(cseq(first) + 1);
    carrier.respond(second, '200 OK');
  });

  it('between two nodes goes on under our address inside, not under the one that the world knows', async () => {
    world = await new TwoProcesses({ advertisedAddress: '203.0.113.7' }).start();
    const node = await world.peer('10.0.0.8');
    const leg = await world.dial({ kind: 'sip', uri: 'sip:expected@10.0.0.8:5060', inside: true });
    const invite = lastOf(node, 'INVITE');
    expect(header(invite, 'Contact')).toContain('10.0.0.1');
    node.respond(invite, '200 OK', ['Contact: <sip:10.0.0.8>', withSdp], sdp('10.0.0.8'));
    await world.clock.advanceAsync(100);
    const restored = await takenOver(leg);
    const within = [`From: ${header(lastOf(node, 'ACK'), 'To')}`, `To: ${header(invite, 'From')}`];
    const got = await node.request(
      'INVITE',
      'sip:10.0.0.1',
      [...within, `Call-ID: ${header(invite, 'Call-ID')}`, 'Contact: <sip:10.0.0.8>', withSdp],
      sdp('10.0.0.8', 'sendonly'),
    );
    const ok = got.find((message) => message.startsWith('SIP/2.0 200'));
    expect(header(ok, 'Contact')).toContain('10.0.0.1');
    const count = `CSeq: ${cseq(ok)} ACK`;
    await node.request('ACK', 'sip:10.0.0.1', [...within, `Call-ID: ${header(invite, 'Call-ID')}`, count]);
    restored.hangUp();
    await world.clock.advanceAsync(100);
    expect(header(lastOf(node, 'BYE'), 'Via')).toContain('10.0.0.1');
    node.respond(lastOf(node, 'BYE'), '200 OK');
  });

  it('of a phone behind our edge goes on through the edge, under our address towards it', async () => {
    world = await new TwoProcesses({
      edges: [{ transport: 'udp', address: '10.0.0.9', port: 5060 }],
      advertisedAddress: '203.0.113.7',
    }).start();
    const edge = await world.peer('10.0.0.9');
    await world.directory.saveBinding('SE-1', {
      contact: 'sip:alice@192.168.1.5:5062',
      received: { address: '198.51.100.4', port: 41_000, transport: 'udp' },
      path: ['<sip:flow7@10.0.0.9;lr>'],
      behindEdge: true,
      node: 'contract',
      callId: 'r1',
      cseq: 1,
      expiresAt: world.clock.now() + 3_600_000,
    });
    const leg = await world.dial({ kind: 'endpoint', endpointId: 'SE-1' });
    const invite = lastOf(edge, 'INVITE');
    const answer = ['Record-Route: <sip:10.0.0.9;lr;ftag=9>', 'Contact: <sip:alice@192.168.1.5:5062>', withSdp];
    edge.respond(invite, '200 OK', answer, sdp('198.51.100.4'));
    await world.clock.advanceAsync(100);
    const restored = await takenOver(leg);
    let held = false;
    restored.events.on('held', () => {
      held = true;
    });
    const dialog = [
      `Call-ID: ${header(invite, 'Call-ID')}`,
      `From: ${header(lastOf(edge, 'ACK'), 'To')}`,
      `To: ${header(invite, 'From')}`,
      'Contact: <sip:alice@192.168.1.5:5070>',
      withSdp,
    ];
    const got = await edge.request('INVITE', 'sip:10.0.0.1', dialog, sdp('198.51.100.4', 'sendonly'));
    const ok = got.find((message) => message.startsWith('SIP/2.0 200'));
    expect(held).toBe(true);
    expect(header(ok, 'Contact')).toBe(header(invite, 'Contact'));
    expect(header(ok, 'Contact')).toContain('10.0.0.1');
    const version = (message: string | undefined) =>
      /o=- (\d+) (\d+) /
        .exec(message ?? '')
        ?.slice(1)
        .map(Number);
    const [[session, before], [sameSession, after]] = [version(invite)!, version(ok)!] as [number[], number[]];
    expect(sameSession).toBe(session);
    expect(after).toBeGreaterThan(before!);
    await edge.request('ACK', 'sip:10.0.0.1', [...dialog.slice(0, 3), `CSeq: ${cseq(ok)} ACK`]);
    restored.hangUp();
    await world.clock.advanceAsync(100);
    const bye = lastOf(edge, 'BYE');
    expect([firstLine(bye), header(bye, 'Route')]).toEqual([
      'BYE sip:alice@192.168.1.5:5070 SIP/2.0',
      '<sip:10.0.0.9;lr;ftag=9>',
    ]);
    edge.respond(bye, '200 OK');
  });

  it('that came in through an edge is ended by the way it came', async () => {
    world = await new TwoProcesses({ edges: [{ transport: 'udp', address: '10.0.0.9', port: 5060 }] }).start();
    world.directory.addTrunk('TK-2', '198.51.100.8');
    const edge = await world.peer('10.0.0.9');
    const invite = [
      'Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK-a',
      'Via: SIP/2.0/UDP 198.51.100.8:5060;branch=z9hG4bK-b;received=198.51.100.8',
      'Record-Route: <sip:10.0.0.9;lr;did=1>',
      'From: <sip:555@198.51.100.8>;tag=c1',
      'To: <sip:200@example.com>',
      'Call-ID: through-the-edge',
      'CSeq: 7 INVITE',
      'Contact: <sip:555@198.51.100.8>',
      withSdp,
    ];
    await edge.request('INVITE', 'sip:200@10.0.0.1', invite, sdp('198.51.100.8'));
    const leg = world.incoming[0]!.accept('CA1');
    await leg.answer();
    await world.clock.advanceAsync(100);
    const restored = await takenOver(leg);
    restored.hangUp();
    await world.clock.advanceAsync(100);
    const bye = lastOf(edge, 'BYE');
    expect([firstLine(bye), header(bye, 'Route'), header(bye, 'Call-ID')]).toEqual([
      'BYE sip:555@198.51.100.8 SIP/2.0',
      '<sip:10.0.0.9;lr;did=1>',
      'through-the-edge',
    ]);
    expect(restored.facts).toEqual(leg.facts);
    edge.respond(bye, '200 OK');
  });

  it('is refreshed soon where that is ours to do, and not given up (RFC 4028)', async () => {
    world = await new TwoProcesses({ sessionExpiresSeconds: 90 }).start();
    const carrier = await world.peer('10.0.0.2');
    const leg = await world.dial({ kind: 'sip', uri: 'sip:200@10.0.0.2' });
    const timer = ['Contact: <sip:10.0.0.2>', 'Session-Expires: 90;refresher=uac', 'Require: timer', withSdp];
    carrier.respond(lastOf(carrier, 'INVITE'), '200 OK', timer, sdp('10.0.0.2'));
    await world.clock.advanceAsync(100);
    const said = sdpOf(lastOf(carrier, 'INVITE'));
    await takenOver(leg);
    await world.clock.advanceAsync(10_000);
    const refresh = lastOf(carrier, 'INVITE');
    expect([header(refresh, 'Session-Expires'), sdpOf(refresh)]).toEqual(['90;refresher=uac', said]);
    expect(cseq(refresh)).toBeGreaterThan(50);
    carrier.respond(refresh, '200 OK', timer, sdp('10.0.0.2'));
  });

  it('is let go with a word that says why, where its sound is gone', async () => {
    world = await new TwoProcesses().start();
    const carrier = await world.peer('10.0.0.2');
    await carrier.request(
      'INVITE',
      'sip:200@10.0.0.1',
      ['Call-ID: without-sound', 'Contact: <sip:10.0.0.2>', withSdp],
      sdp('10.0.0.2'),
    );
    const leg = world.incoming[0]!.accept('CA1');
    await leg.answer();
    await world.clock.advanceAsync(100);
    const snapshot = world.snapshotOf(leg);
    await world.clock.advanceAsync(1_000);
    await world.loseSound();
    expect(await world.restart([snapshot])).toEqual([]);
    const bye = lastOf(carrier, 'BYE');
    expect(header(bye, 'Reason')).toContain('owner-lost');
    expect(world.log.join()).toContain('its sound is gone');
    carrier.respond(bye, '200 OK');
    await world.clock.advanceAsync(1_000);
    expect(world.engine.gauges()).toMatchObject({ calls: 0, dialogs: 0, transactions: 0 });
  });
});

function sdpOf(message: string): string {
  return message.slice(message.indexOf('\r\n\r\n') + 4);
}
