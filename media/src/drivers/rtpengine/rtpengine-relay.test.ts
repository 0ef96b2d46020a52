import { describe, expect, it } from 'vitest';
import {
  browserMedia,
  MediaRelayFullError,
  MediaRelayRefusedError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  noRelayFigures,
  opportunisticMedia,
  sdesMedia,
} from '../../port/media-relay.js';
import type { BencodedDictionary } from './bencode.js';
import { scriptedRelay } from './scripted-rtpengines.fixture.js';

const offer = { from: 'outside', sdp: 'v=0\r\n' } as const;
const only =
  (name: string, reaction: (command: BencodedDictionary) => BencodedDictionary | { raw: string } | undefined) =>
  (usual: BencodedDictionary) =>
  (command: BencodedDictionary) =>
    command.command === name ? reaction(command) : usual;

describe('which rtpengine takes a session', () => {
  it('by weight, those that answer', async () => {
    const { relay, rtpengines } = await scriptedRelay([1, 3]);
    for (let session = 0; session < 40; session += 1) await relay.offer(`s${session}`, offer);
    expect(relay.health().map(({ sessions }) => sessions)).toEqual([10, 30]);
    expect(rtpengines.map((one) => one.commands('offer').length)).toEqual([10, 30]);
  });

  it('another where the first does not answer; what may have been begun there is deleted once it answers', async () => {
    const { relay, rtpengines, pass } = await scriptedRelay([2, 1]);
    const [first, second] = rtpengines;
    first!.react = () => undefined;
    const taken = relay.offer('a', offer);
    await pass(1_100);
    await taken;
    expect(second!.commands('offer')).toHaveLength(1);
    await pass(3_000);
    expect(relay.health().map(({ up }) => up)).toEqual([false, true]);
    const before = first!.commands('offer').length;
    await relay.offer('b', offer);
    expect(first!.commands('offer')).toHaveLength(before);
    first!.asked.length = 0;
    first!.react = () => first!.usual;
    await pass(2_500);
    expect(first!.commands('delete')).toEqual([{ command: 'delete', 'call-id': 'a', 'delete delay': 0 }]);
    expect(relay.health().map(({ up }) => up)).toEqual([true, true]);
    expect(relay.sessions).toBe(2);
  });

  it('a session stays where it is, though another has less to do', async () => {
    const { relay, rtpengines } = await scriptedRelay([1, 1]);
    await relay.offer('a', offer);
    for (let again = 0; again < 5; again += 1) await relay.offer('a', offer);
    expect(rtpengines.map((one) => one.commands('offer').length)).toEqual([6, 0]);
  });

  it('another where one is full; none where all are', async () => {
    const { relay, rtpengines } = await scriptedRelay([1, 1]);
    const full = { result: 'error', 'error-reason': 'Ran out of ports' };
    rtpengines[0]!.react = only('offer', () => full)(rtpengines[0]!.usual);
    await relay.offer('a', offer);
    rtpengines[1]!.react = only('offer', () => ({ result: 'load limit', message: 'Parallel session limit reached' }))(
      rtpengines[1]!.usual,
    );
    await expect(relay.offer('b', offer)).rejects.toThrow(MediaRelayFullError);
    expect([relay.sessions, relay.health().map(({ failures }) => failures.full)]).toEqual([1, [2, 1]]);
  });

  it('no other where it cannot take the description: no rtpengine would', async () => {
    const { relay, rtpengines } = await scriptedRelay([1, 1]);
    const refusal = { result: 'error', 'error-reason': 'Failed to parse SDP' };
    rtpengines[0]!.react = only('offer', () => refusal)(rtpengines[0]!.usual);
    await expect(relay.offer('a', offer)).rejects.toThrow(MediaRelayRefusedError);
    expect([rtpengines[1]!.commands('offer').length, relay.sessions]).toEqual([0, 0]);
  });

  it('none where none answers', async () => {
    const { relay, rtpengines, pass } = await scriptedRelay([1, 1]);
    for (const one of rtpengines) one.gone = true;
    await expect(relay.offer('a', offer)).rejects.toThrow(MediaRelayUnavailableError);
    await pass(3_000);
    expect(relay.health().map(({ up }) => up)).toEqual([false, false]);
    expect(relay.sessions).toBe(0);
  });
});

describe('commands', () => {
  it('are sent again under the same cookie, so that rtpengine does them once', async () => {
    const { relay, rtpengines, pass } = await scriptedRelay([1]);
    const [one] = rtpengines;
    one!.asked.length = 0;
    one!.react = (command) =>
      one!.commands('offer').length < 2 && command.command === 'offer' ? undefined : one!.usual;
    const taken = relay.offer('a', offer);
    await pass(300);
    await taken;
    const offers = one!.asked.filter(({ command }) => command.command === 'offer');
    expect([offers.length, new Set(offers.map(({ cookie }) => cookie)).size]).toEqual([2, 1]);
  });

  it('that wait are bounded: more are refused at once, not queued', async () => {
    const { relay, rtpengines } = await scriptedRelay([1], { maxOutstanding: 4 });
    rtpengines[0]!.react = () => undefined;
    const waiting = Array.from({ length: 4 }, (_, at) => relay.offer(`w${at}`, offer).catch((error: unknown) => error));
    await expect(relay.offer('x', offer)).rejects.toThrow(MediaRelayFullError);
    expect(relay.health()[0]).toMatchObject({ outstanding: 4, failures: { busy: 1 } });
    await relay.stop();
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(Error);
    expect(relay.sessions).toBe(0);
  });

  it('that it refuses are deleted: it may have begun a session before it read on', async () => {
    const { relay, rtpengines } = await scriptedRelay([1]);
    rtpengines[0]!.react = ({ command }) =>
      command === 'offer' ? { result: 'error', 'error-reason': 'Error rewriting SDP' } : rtpengines[0]!.usual;
    await expect(relay.offer('a', offer)).rejects.toThrow(MediaRelayRefusedError);
    expect(rtpengines[0]!.commands('delete')).toMatchObject([{ 'call-id': 'a' }]);
  });

  it('offer keys beside plain RTP where the far end may encrypt (RFC 8643)', async () => {
    const { relay, rtpengines } = await scriptedRelay([1]);
    await relay.offer('a', { from: 'inside', sdp: 'v=0\r\n', outside: opportunisticMedia });
    expect(rtpengines[0]!.commands('offer')).toMatchObject([{ 'transport-protocol': 'RTP/AVP', OSRTP: ['offer'] }]);
  });

  it('offer inside nothing but plain RTP, and outside what the far end speaks', async () => {
    const { relay, rtpengines } = await scriptedRelay([1], { interfaces: { inside: 'lan', outside: 'wan' } });
    await relay.offer('a', offer);
    await relay.offer('b', { from: 'inside', sdp: 'v=0\r\n', outside: browserMedia });
    await relay.offer('c', { from: 'inside', sdp: 'v=0\r\n', outside: sdesMedia });
    const [a, b, c] = rtpengines[0]!.commands('offer');
    expect(a).toMatchObject({ 'transport-protocol': 'RTP/AVP', ICE: 'remove', direction: ['wan', 'lan'] });
    expect(b).toMatchObject({
      'transport-protocol': 'UDP/TLS/RTP/SAVPF',
      ICE: 'force',
      'rtcp-mux': ['require'],
      direction: ['lan', 'wan'],
    });
    expect(c).toMatchObject({ 'transport-protocol': 'RTP/SAVP', ICE: 'remove', DTLS: 'off' });
    expect(c!.SDES).toContain('no-NULL_HMAC_SHA1_80');
  });
});

describe('sessions of a former process', () => {
  const snapshot = async (relay: Awaited<ReturnType<typeof scriptedRelay>>['relay'], id: string) => {
    await relay.offer(id, offer);
    await relay.answer(id, { from: 'inside', sdp: 'v=0\r\n' });
    return relay.snapshot(id)!;
  };

  it('stay at their rtpengine; one that it forgot is not taken over', async () => {
    const former = await scriptedRelay([1, 1]);
    const snapshots = [
      await snapshot(former.relay, 'a'),
      await snapshot(former.relay, 'b'),
      await snapshot(former.relay, 'c'),
    ];
    const { relay, rtpengines } = await scriptedRelay([1, 1]);
    const unknown = { result: 'error', 'error-reason': 'Unknown call-id' };
    rtpengines[1]!.react = only('query', () => unknown)(rtpengines[1]!.usual);
    expect(await relay.takeOver(snapshots)).toEqual(['a', 'c']);
    expect(relay.health().map(({ sessions }) => sessions)).toEqual([2, 0]);
    await relay.offer('c', { ...offer, branch: 'x' });
    expect(rtpengines[0]!.commands('offer')).toMatchObject([{ 'call-id': 'c', 'to-tag': 'inside' }]);
  });

  it('are taken over from one that does not answer, which is asked for one of them alone', async () => {
    const former = await scriptedRelay([1]);
    const snapshots = await Promise.all(Array.from({ length: 40 }, (_, at) => snapshot(former.relay, `s${at}`)));
    const { relay, rtpengines, pass } = await scriptedRelay([1]);
    rtpengines[0]!.react = () => undefined;
    const taken = relay.takeOver(snapshots);
    await pass(1_500);
    expect(await taken).toHaveLength(40);
    expect(new Set(rtpengines[0]!.commands('query').map((query) => query['call-id'])).size).toBeLessThanOrEqual(8);
  });

  it.each([
    ['another driver', { driver: 'memory', state: { server: '127.0.0.1:0', answered: true, bundled: false } }],
    [
      'an rtpengine that is not ours',
      { driver: 'rtpengine', state: { server: '127.0.0.1:9', answered: true, bundled: false } },
    ],
    ['another form', { driver: 'rtpengine', state: { server: '127.0.0.1:0' } }],
    ['no form', { driver: 'rtpengine', state: null }],
  ])('of %s are not taken over', async (_, made) => {
    const { relay } = await scriptedRelay([1]);
    expect(await relay.takeOver([{ sessionId: 'a', ...made }])).toEqual([]);
    expect(relay.sessions).toBe(0);
  });
});

describe('answers that are not what they should be', () => {
  it.each([
    ['bytes that are no bencode', { raw: 'l-3:' }],
    ['no dictionary', { raw: '2:ok' }],
    ['no result', { sdp: 'v=0\r\n' }],
    ['a result nobody knows', { result: 'maybe' }],
    ['no description', { result: 'ok' }],
    ['a description that is none', { result: 'ok', sdp: 'INVITE sip:x SIP/2.0' }],
    ['a list as description', { result: 'ok', sdp: ['v=0'] }],
  ])('%s: another rtpengine takes the session, and this one is to forget it', async (_, reaction) => {
    const { relay, rtpengines, pass } = await scriptedRelay([1, 1]);
    rtpengines[0]!.react = only('offer', () => reaction)(rtpengines[0]!.usual);
    await relay.offer('a', offer);
    await pass(50);
    expect(rtpengines.map((one) => one.commands('offer').length)).toEqual([1, 1]);
    expect(rtpengines[0]!.commands('delete')).toHaveLength(1);
  });

  it('figures of all sorts in a query: what is not there does not count', async () => {
    const { relay, rtpengines } = await scriptedRelay([1]);
    await relay.offer('a', offer);
    const stream = { flags: ['RTP'], stats: { packets: 'many' }, SSRC: 7 };
    const odd = {
      result: 'ok',
      tags: { outside: { medias: ['x', { streams: [stream, 3] }] }, inside: 'none' },
      SSRC: [],
    };
    rtpengines[0]!.react = () => odd;
    expect(await relay.query('a')).toEqual(noRelayFigures);
  });

  it('to nothing that was asked are dropped, also where the cookie is long or missing', async () => {
    const { relay, rtpengines } = await scriptedRelay([1]);
    for (const text of ['', ' ', 'nonsense', `${'c'.repeat(70)} 2:ok`, 'cookie l-3:']) rtpengines[0]!.say(text);
    await relay.offer('a', offer);
    expect(relay.health()[0]!.failures.malformed).toBe(0);
  });
});

describe('sessions that are lost', () => {
  async function withSession() {
    const world = await scriptedRelay([1]);
    const lost: string[][] = [];
    world.relay.events.on('lost', (...told) => lost.push(told));
    await world.relay.offer('a', offer);
    await world.relay.answer('a', { from: 'inside', sdp: 'v=0\r\n' });
    return { ...world, one: world.rtpengines[0]!, lost };
  }
  const unknown = { result: 'error', 'error-reason': 'Unknown call-id' };

  it('where the machine says that nobody listens', async () => {
    const { one, lost, pass, relay } = await withSession();
    one.gone = true;
    await pass(3_000);
    expect([lost, relay.sessions]).toEqual([[['a', 'relay-gone']], 0]);
  });

  it('not where rtpengine only says nothing: its sound may go on', async () => {
    const { one, lost, pass, relay } = await withSession();
    one.react = () => undefined;
    await pass(20_000);
    expect([lost, relay.sessions, relay.health()[0]!.up]).toEqual([[], 1, false]);
  });

  it('where it was restarted and has forgotten them; not where it has them still', async () => {
    const { one, lost, pass } = await withSession();
    one.restart();
    await pass(1_500);
    expect([lost, one.commands('query').length > 0]).toEqual([[], true]);
    await pass(2_000);
    one.react = (command) => (command.command === 'query' ? unknown : one.usual);
    one.restart();
    await pass(1_500);
    expect(lost).toEqual([['a', 'relay-restarted']]);
  });

  it('where it gave them up because nothing came: found within a sweep', async () => {
    const { one, lost, pass, relay } = await withSession();
    one.react = (command) => (command.command === 'query' ? unknown : one.usual);
    await pass(21_000);
    expect(lost).toEqual([['a', 'media-timeout']]);
    await expect(relay.answer('a', { from: 'inside', sdp: 'v=0\r\n' })).rejects.toThrow(MediaRelaySessionError);
  });
});
