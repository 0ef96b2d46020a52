import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cseqOf, headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { HandCall } from './hand-call.js';
import { OddMedia } from './odd-media.js';
import { RawSip } from './raw-sip.js';

let on: EngineOnLoopback;

beforeAll(async () => {
  on = await EngineOnLoopback.start();
});

afterAll(() => on.close());

const unknownCodec = (call: HandCall) => call.sdpOf([`m=audio ${call.media.port} RTP/AVP 18`]);
const multicast = (call: HandCall) => call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0`], ['c=IN IP4 239.1.2.3']);

/** A carrier that called with these headers, and the leg that its call became. */
async function ringing(lines: readonly string[], sdp?: string) {
  const call = new HandCall(
    await RawSip.open('udp', { host: '127.0.0.1', port: on.port('udp') }),
    await OddMedia.open('caller', '127.0.0.1', 101),
  );
  const taken = new Promise<LiveCall>((resolve) => {
    on.onIncoming = (incoming) => resolve(incoming.accept(call.callId));
  });
  call.invite = call.usual({ lines, ...(sdp === undefined ? {} : { sdp }) });
  call.raw.send(call.invite);
  const leg = await within(taken, 'the call');
  const ended = within(new Promise<Termination>((resolve) => leg.events.once('ended', resolve)), 'the end of the leg');
  const answer = (what: string, method: string, least: number) =>
    call.raw.next(what, call.callId, (sip) => (sip.status ?? 0) >= least && cseqOf(sip).method === method);
  /** The next provisional, from which requests within the dialog are written from now on. */
  const provisional = async () => {
    call.ok = await answer('a provisional', 'INVITE', 101);
    return call.ok;
  };
  const prack = (to: SipText, body = '', rack = `${headerOf(to, 'RSeq')} 1 INVITE`) =>
    call.request('PRACK', { lines: [`RAck: ${rack}`], body });
  const final = async () => {
    const last = await answer('the final answer', 'INVITE', 200);
    call.ok = last;
    call.ack(1);
    return last;
  };
  return { call, leg, ended, provisional, prack, final };
}

describe('carriers with odd PRACKs (RFC 3262)', () => {
  it.each([
    ['of a codec that we do not have', unknownCodec],
    ['that nobody can read', () => 'v=0\r\nnonsense\r\n'],
    ['to a group of hosts', multicast],
  ])('whose answer to our offer is one %s: the PRACK gets 200, the call 488', async (_what, body) => {
    const { call, leg, ended, provisional, prack, final } = await ringing(['Supported: 100rel'], '');
    const early = leg.earlyMedia();
    const first = await provisional();
    expect([first.status, first.body.includes('m=audio')]).toEqual([183, true]);
    expect((await prack(first, body(call))).status).toBe(200);
    expect((await final()).status).toBe(488);
    expect(await ended).toMatchObject({ result: 'failed', by: 'system', reason: 'no-common-codec', sip: 488 });
    await early;
    call.close();
  });

  it('that offer in the PRACK what we cannot take: the PRACK gets 200, the call 488', async () => {
    const { call, leg, ended, provisional, prack, final } = await ringing(['Require: 100rel']);
    await leg.earlyMedia();
    const first = await provisional();
    expect((await prack(first, unknownCodec(call))).status).toBe(200);
    expect((await final()).status).toBe(488);
    expect(await ended).toMatchObject({ result: 'failed', reason: 'no-common-codec', sip: 488 });
    call.close();
  });

  it('that offer in the PRACK what we can take get the answer in the 200 to it, and are answered', async () => {
    const { call, leg, ended, provisional, prack, final } = await ringing(['Require: 100rel']);
    await leg.earlyMedia();
    const first = await provisional();
    const ok = await prack(first, call.sdpOf([`m=audio ${call.media.port} RTP/AVP 8`, 'a=sendonly']));
    expect([ok.status, ok.body.includes('a=recvonly')]).toEqual([200, true]);
    await leg.answer();
    const last = await final();
    expect([last.status, last.body]).toEqual([200, '']);
    expect((await call.bye()).status).toBe(200);
    expect(await ended).toMatchObject({ result: 'completed', by: 'remote' });
    call.close();
  });

  it('that name OPTIONS in RAck, or another number, get 481 until they name the right one', async () => {
    const { call, leg, ended, provisional, prack } = await ringing(['Require: 100rel']);
    leg.ring();
    const first = await provisional();
    const rseq = headerOf(first, 'RSeq');
    for (const rack of [`${rseq} 1 OPTIONS`, `${Number(rseq) + 1} 1 INVITE`, `${rseq} 2 INVITE`]) {
      expect((await prack(first, '', rack)).status).toBe(481);
    }
    expect((await prack(first)).status).toBe(200);
    leg.reject(486);
    expect(await ended).toMatchObject({ reason: 'busy' });
    call.ack(1);
    call.close();
  });

  it('that require them and send none lose the call after 64×T1: 504, and the leg was never answered', async () => {
    const { call, leg, ended, provisional } = await ringing(['Require: 100rel']);
    const events: string[] = [];
    leg.events.on('answered', () => events.push('answered'));
    await leg.earlyMedia();
    await provisional();
    const answering = leg.answer();
    const last = await call.raw.next(
      'the final answer',
      call.callId,
      (sip) => (sip.status ?? 0) >= 200 && cseqOf(sip).method === 'INVITE',
    );
    expect(last.status).toBe(504);
    call.ok = last;
    call.ack(1);
    await answering;
    expect(await ended).toMatchObject({ result: 'failed', by: 'system', reason: 'no-ack', sip: 504 });
    expect(events).toEqual([]);
    call.close();
  });
});

describe('carriers with odd UPDATEs (RFC 3311)', () => {
  it.each([
    ['a codec that we do not have', unknownCodec],
    ['something that nobody can read', () => 'v=0\r\nnonsense\r\n'],
    ['a group of hosts', multicast],
  ])('that ask for %s get 488, and the call goes on as it was', async (_what, body) => {
    const { call, leg, ended, provisional, prack, final } = await ringing(['Require: 100rel']);
    await leg.earlyMedia();
    const first = await provisional();
    call.listenTo(first);
    expect((await prack(first)).status).toBe(200);
    expect((await call.request('UPDATE', { body: body(call) })).status).toBe(488);
    await leg.answer();
    expect((await final()).status).toBe(200);
    expect((await call.request('UPDATE', { body: body(call) })).status).toBe(488);
    expect((await call.request('UPDATE')).status).toBe(200);
    expect(leg.status).toBe('answered');
    expect((await call.bye()).status).toBe(200);
    await ended;
    call.close();
  });

  it('that send two hundred of them are answered, and nothing is left', async () => {
    const { call, leg, ended, provisional, prack } = await ringing(['Require: 100rel']);
    await leg.earlyMedia();
    const first = await provisional();
    expect((await prack(first)).status).toBe(200);
    const directions = ['sendonly', 'inactive', 'recvonly', 'sendrecv'];
    const statuses = new Set<number | undefined>();
    for (let at = 0; at < 200; at += 1) {
      const body = call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0`, `a=${directions[at % 4]}`]);
      statuses.add((await call.request('UPDATE', { body })).status);
    }
    expect([...statuses]).toEqual([200]);
    leg.hangUp();
    expect((await ended).by).toBe('local');
    call.ack(1);
    call.close();
  });
});

it('Nothing of all that is left open', async () => {
  await on.idle();
  expect(Object.values(on.engine.gauges()).every((value) => value === 0)).toBe(true);
});
