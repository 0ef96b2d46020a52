import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaresipPhone } from '../../peers/baresip/baresip-phone.js';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { readSdp } from '../../peers/tone-phone/sdp-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { BadDay } from '../bad-day.js';
import { type Line, useWorld } from '../world.js';

const relays = [await OwnRtpengine.start(), await OwnRtpengine.start()] as const;
const on = useWorld({
  name: 'mediarelay',
  redisDatabase: 64,
  settings: { RTPENGINES: relays.map(({ address }) => address).join(','), MEDIA_RELAY: 'always' },
});
afterAll(() => Promise.all(relays.map((relay) => relay.stop())));

const phones: BaresipPhone[] = [];
beforeEach(async () => {
  // The one that a case killed takes calls again.
  await metric('hookswitch_media_relay_up', (value) => value === 1);
});
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.stop();
  on.world.closePhones();
  expect(await on.world.eventually('both relays to be empty', bothEmpty)).toBe(true);
});

async function bothEmpty(): Promise<true | undefined> {
  const left = await Promise.all(relays.map((relay) => relay.calls()));
  return left.flat().length === 0 ? true : undefined;
}

/** Resolves once a metric of each relay is as wanted. */
async function metric(name: string, wanted: (value: number) => boolean): Promise<void> {
  await on.world.eventually(`${name} of each relay`, async () => {
    const text = await (await fetch(`${on.world.platform.httpUrl}/metrics`)).text();
    const values = relays.map(({ address }) => {
      const line = text.split('\n').find((each) => each.startsWith(`${name}{relay="${address}"`));
      return line === undefined ? Number.NaN : Number(line.split(' ').at(-1));
    });
    return values.every(wanted) ? true : undefined;
  });
}

interface RelayView {
  readonly id: string;
  readonly address: string;
  readonly state: string;
  readonly sessions: number;
}

const promptForever = [{ verb: 'play', url: '/prompt.wav', loop: 0 }];

/** A line that dials somebody, and both of them talking. */
async function talk() {
  const number = on.world.newNumber('a');
  const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
  const caller = await on.world.call(line);
  const callee = await on.world.carried('a', number);
  callee.ring();
  await callee.answer();
  await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
  return { line, caller, callee };
}

/** Which of the two its sound goes through. */
async function relayOf(call: ToneCall): Promise<OwnRtpengine> {
  const { port } = readSdp((await call.final).body)!;
  const found = relays.find((relay) => relay.mediaPorts.low <= port && port <= relay.mediaPorts.high);
  return found!;
}

describe('calls whose media goes through rtpengine', () => {
  it('sound both ways, by tone, on both legs; the CDR has figures; nothing is left', async () => {
    const { line, caller, callee } = await talk();
    expect((await Promise.all(relays.map((relay) => relay.calls()))).flat()).toHaveLength(2);
    await caller.media.sendDigits('7');
    await callee.media.hearsDigits('7');
    await callee.bye();
    expect(await caller.ended).toMatchObject({ by: 'them' });
    const cdr: unknown = await on.world.cdr(await on.world.callId(line.path));
    expect(cdr).toMatchObject({ status: 'completed', media: { codec: expect.any(String), packetsLost: 0 } });
    expect((cdr as { media: { packetsReceived: number } }).media.packetsReceived).toBeGreaterThan(15);
  });

  it('hold and take-back', async () => {
    const { caller, callee } = await talk();
    expect((await caller.hold('sendonly')).body).toContain('a=recvonly');
    expect((await caller.resume()).body).toContain('a=sendrecv');
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    expect((await callee.hold('inactive')).body).toContain('a=inactive');
    expect((await callee.resume()).status).toBe(200);
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.bye();
    await callee.ended;
  });

  it('early media of the called party, and a caller who gives up; a called party that is busy; a delayed offer', async () => {
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.earlyMedia();
    await caller.media.hears('callee');
    await caller.bye();
    expect(await callee.ended).toMatchObject({ how: 'CANCEL' });

    const second = on.world.newNumber('a');
    const again = await on.world.call(
      await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number: second }] }]),
    );
    const busy = await on.world.carried('a', second);
    busy.reject(486);
    await again.ended;

    const menu = await on.world.line(promptForever);
    const late = await on.world.call(menu, { delayedOffer: true });
    await late.answered();
    await late.media.hears('prompt');
    await late.bye();
  });

  it('phones that speak nothing but SRTP, by keys in the description and by DTLS with ICE', async () => {
    for (const how of [{ encryption: 'sdes' }, { encryption: 'dtls' }, { encryption: 'dtls', ice: true }] as const) {
      const number = on.world.newNumber('a');
      const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
      const username = `srtp-${phones.length}`;
      const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
      const phone = await BaresipPhone.start({
        user: username,
        password,
        server: on.world.sip,
        party: 'caller',
        ...how,
      });
      phones.push(phone);
      await phone.registered();
      await phone.dial(line.number);
      const callee = await on.world.carried('a', number);
      await callee.answer();
      await Promise.all([phone.hears('callee'), callee.media.hears('caller')]);
      await phone.hangUp();
      await callee.ended;
    }
  });

  it('trunks that want SRTP of us: they are offered nothing else, and both are heard', async () => {
    for (const [mediaEncryption, prefix] of [
      ['sdes', '+3311'],
      ['dtls', '+3322'],
    ] as const) {
      expect(await talkOverTrunk(mediaEncryption, prefix)).toMatch(/SRTP is Enabled|DTLS-SRTP complete/);
    }
  });

  it('a trunk that would like SRTP: it takes the keys beside plain RTP (RFC 8643), and both are heard', async () => {
    expect(await talkOverTrunk('optional', '+3333')).toMatch(/SRTP is Enabled/);
  });

  it('one of two is drained by REST: new calls take the other one, its own go on with their changes, and it takes calls again', async () => {
    const [first, second] = [await talkingLine(), await talkingLine()];
    const { address } = await relayOf(first.call);
    const { items } = await on.world.api.get<{ items: RelayView[] }>('/v1/relays');
    expect(items).toHaveLength(2);
    const { id } = items.find((relay) => relay.address === address)!;
    const drained = await on.world.api.post<RelayView>(`/v1/relays/${id}/drain`);
    expect(drained).toMatchObject({ state: 'draining', up: true, sessions: 1 });
    const others = [await talkingLine(), await talkingLine()];
    for (const { call } of others) expect((await relayOf(call)).address).not.toBe(address);
    expect((await first.call.hold('sendonly')).body).toContain('a=recvonly');
    expect((await first.call.resume()).status).toBe(200);
    await first.call.media.hears('prompt');
    await first.call.bye();
    expect(await on.world.cdr(first.id)).toMatchObject({ media: { encryption: 'none', relayId: id } });
    await on.world.eventually('a drained relay', async () => {
      const { state } = await on.world.api.get<RelayView>(`/v1/relays/${id}`);
      return state === 'drained' ? true : undefined;
    });
    expect(await on.world.api.post<RelayView>(`/v1/relays/${id}/undrain`)).toMatchObject({ state: 'active' });
    const next = await talkingLine();
    expect((await relayOf(next.call)).address).toBe(address);
    for (const { call } of [second, next, ...others]) await call.bye();
  });

  it('one of two relays killed: its calls end with media-lost within seconds, others go on, new ones take the other at once', async () => {
    // Calls of the case before that are just ending count still where the next one is placed.
    await on.world.eventually('relays without calls', async () => {
      const { items } = await on.world.api.get<{ items: readonly RelayView[] }>('/v1/relays');
      return items.every(({ sessions }) => sessions === 0) ? true : undefined;
    });
    const day = await BadDay.begin(on.world);
    const [first, second] = [await talkingLine(), await talkingLine()];
    const doomed = await relayOf(first.call);
    expect(await relayOf(second.call)).not.toBe(doomed);
    await doomed.kill();
    const third = await talkingLine();
    expect(await relayOf(third.call)).not.toBe(doomed);
    expect(await first.call.ended).toMatchObject({ by: 'them', how: 'BYE' });
    expect(await on.world.cdr(first.id)).toMatchObject({
      status: 'completed',
      termination: { by: 'system', reason: 'media-lost' },
    });
    await second.call.media.hears('prompt');
    await doomed.comeBack();
    await second.call.bye();
    await third.call.bye();
    await day.over();
  });

  it('a relay restarted: its calls end with media-lost, and it takes new ones', async () => {
    const lines = [await talkingLine(), await talkingLine()];
    for (const relay of relays) {
      await relay.kill();
      await relay.comeBack();
    }
    for (const { call, id } of lines) {
      await call.ended;
      expect((await on.world.cdr(id)).termination).toMatchObject({ by: 'system', reason: 'media-lost' });
    }
    const again = await talkingLine();
    await again.call.bye();
  });
});

/** A talk over a trunk whose carrier encrypts as it does. Resolves with the carrier's log. */
async function talkOverTrunk(mediaEncryption: 'sdes' | 'dtls' | 'optional', prefix: string): Promise<string> {
  const number = `${prefix}1234567`;
  const carrier = await BaresipPhone.start({
    user: number,
    server: on.world.sip,
    party: 'callee',
    register: false,
    autoAnswer: true,
    encryption: mediaEncryption,
  });
  phones.push(carrier);
  await on.world.api.patch(`/v1/accounts/${on.world.firstAccount.accountId}`, {
    allowedDestinations: ['+44', '+49', '+33'],
  });
  await on.world.api.post('/v1/trunks', {
    name: `Carrier with ${mediaEncryption}`,
    outbound: { proxies: [`sip:127.0.0.1:${carrier.address.port}`], prefixes: [prefix], mediaEncryption },
  });
  const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
  const caller = await callUntil(line, carrier.established());
  await Promise.all([caller.media.hears('callee'), carrier.hears('caller')]);
  await caller.bye();
  await carrier.closed();
  return carrier.output;
}

/** Calls again until the carrier has one: a new trunk is known everywhere after a second. */
async function callUntil(line: Line, reached: Promise<void>): Promise<ToneCall> {
  for (;;) {
    const call = await on.world.call(line);
    const first = await Promise.race([call.ended.then(() => 'ended'), reached.then(() => 'reached')]);
    if (first === 'reached') return call;
  }
}

/** A call that hears the prompt. */
async function talkingLine(): Promise<{ call: ToneCall; id: string }> {
  const line = await on.world.line(promptForever);
  const call = await on.world.call(line);
  await call.answered();
  await call.media.hears('prompt');
  return { call, id: await on.world.callId(line.path) };
}
