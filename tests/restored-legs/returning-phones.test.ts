import { seededRandom } from '@hookswitch/kernel/random';
import type { RawPeer } from '@hookswitch/media/drivers/embedded/raw-peer.fixture';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { DigestClient } from '@hookswitch/media/sip/auth/digest-client';
import type { SipResponse } from '@hookswitch/media/sip/parse/message';
import { parseMessage } from '@hookswitch/media/sip/parse/parse-message';
import { defaultSipLimits } from '@hookswitch/media/sip/sip-settings';
import { afterEach, describe, expect, it } from 'vitest';
import { TwoProcesses } from './two-processes.js';

const sdp =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.5\r\ns=-\r\nc=IN IP4 10.0.0.5\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\na=sendrecv\r\n';
const contact = 'sip:k3j9@x7f2.invalid';
const registrar = 'sip:acme.example';

let world: TwoProcesses;
afterEach(() => world.close());

/** Registers with the password. */
async function register(phone: RawPeer, user: string, as = contact): Promise<void> {
  const identity = [`From: <sip:${user}@acme.example>;tag=r`, `To: <sip:${user}@acme.example>`, `Contact: <${as}>`];
  const [challenge] = await phone.request('REGISTER', registrar, identity);
  const digest = new DigestClient({ username: user, password: 'secret' }, seededRandom(1));
  const response = parseMessage(Buffer.from(challenge!), defaultSipLimits).message as SipResponse;
  digest.take(response, { method: 'REGISTER', uri: registrar });
  const [taken] = await phone.request('REGISTER', registrar, [...identity, digest.headers()[0]!.join(': ')]);
  expect(taken).toMatch(/^SIP\/2\.0 200/);
}

/** A browser in a call, and another that registers at the same time; the process has died, and another follows. */
async function restarted(): Promise<{ leg: LiveCall; browser: RawPeer; other: RawPeer }> {
  world = new TwoProcesses({ listen: [{ transport: 'ws', address: '10.0.0.1', port: 5060 }] });
  world.directory.addUser('alice', 'secret', { kind: 'endpoint', id: 'SE-alice' });
  world.directory.addUser('mallory', 'secret', { kind: 'endpoint', id: 'SE-mallory' });
  await world.start();
  const browser = await world.peer('10.0.0.5', 'ws');
  const other = await world.peer('10.0.0.6', 'ws');
  await register(browser, 'alice');
  const leg = await world.dial({ kind: 'endpoint', endpointId: 'SE-alice' });
  const invite = browser.got.find((message) => message.startsWith('INVITE'))!;
  browser.respond(invite, '200 OK', [`Contact: <${contact}>`, 'Content-Type: application/sdp'], sdp);
  await world.clock.advanceAsync(100);
  expect(leg.status).toBe('answered');
  const [restored] = await world.restart([world.snapshotOf(leg)]);
  return { leg: restored!.call, browser, other };
}

const hears = (peer: RawPeer, method: string) => peer.got.some((message) => message.startsWith(`${method} `));

describe('a phone whose connection went with the process that died', () => {
  it('is told of what happens in its call once it has registered again, over its new connection (RFC 7118)', async () => {
    const { leg, browser } = await restarted();
    await register(browser, 'alice');
    leg.hangUp();
    await world.clock.advanceAsync(100);
    expect(hears(browser, 'BYE')).toBe(true);
    browser.respond(browser.got.at(-1)!, '200 OK');
  });

  it('is told over the connection of what it says in the call itself', async () => {
    const { leg, browser } = await restarted();
    const ack = browser.got.find((message) => message.startsWith('ACK'))!;
    const [from, to, callId] = ['To', 'From', 'Call-ID'].map(
      (name) => new RegExp(`^${name}: ([^\\r]*)`, 'm').exec(ack)![1],
    );
    const got = await browser.request('OPTIONS', contact, [`From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`]);
    expect(got.map((message) => message.split('\r\n')[0])).toEqual(['SIP/2.0 200 OK']);
    leg.hangUp();
    await world.clock.advanceAsync(100);
    expect(hears(browser, 'BYE')).toBe(true);
    browser.respond(browser.got.at(-1)!, '200 OK');
  });

  it('is not mistaken for another: a name counts with its own password only, and only where it is the same phone', async () => {
    const { leg, browser, other } = await restarted();
    await register(other, 'mallory');
    await register(other, 'alice', 'sip:another@y1.invalid');
    leg.hangUp();
    await world.clock.advanceAsync(100);
    expect([hears(other, 'BYE'), hears(browser, 'BYE')]).toEqual([false, false]);
    expect(leg.status).toBe('ended');
  });
});
