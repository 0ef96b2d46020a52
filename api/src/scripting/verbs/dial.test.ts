import { BaseError } from '@hookswitch/kernel/base-error';
import { answers, isBusy, ledByHand, neverAnswers, refuses } from '@hookswitch/media/drivers/fake/index';
import { ringbackTone, type ToneSound } from '@hookswitch/media/port/sound';
import { describe, expect, it } from 'vitest';
import { memorySpeechKey } from '../../speech/memory-speech.js';
import { ScriptedCall, type ScriptedCallOptions, scriptedCall } from '../scripted-call.fixture.js';

const action = 'https://backend.example/after';
const whisper = 'https://backend.example/whisper';
const spoken = (text: string) => memorySpeechKey({ text, language: 'en-US' });
const tone = (hz: number): ToneSound => ({ kind: 'tone', frequencies: [hz], levelDbm0: -10, cadenceMs: [600_000] });
const ringback = ringbackTone.frequencies.join('+');
const numbers = (...list: string[]) => list.map((number) => ({ type: 'number', number: `+${number}` }));

/** A call that dials. Its action answers an empty script. */
function dialling(dial: object, options: ScriptedCallOptions = {}): Promise<ScriptedCall> {
  return scriptedCall({
    verbs: [{ verb: 'dial', targets: numbers('15550001'), action, ...dial }],
    ...options,
    http: (http) => {
      http.on(action, '[]');
      options.http?.(http);
    },
  });
}

/** What the action was told. */
const resultOf = (call: ScriptedCall) => call.questions.find(({ url }) => url === action)?.result;

describe('dial', () => {
  it('answers, rings, connects who answers, and tells the action when that party hangs up', async () => {
    const call = await dialling({}, { phones: { 15550001: answers(2000) } });
    await call.advance(1000);
    expect([call.caller.status, ScriptedCall.heardBy(call.caller)]).toEqual(['answered', [ringback]]);
    await call.advance(1500);
    const [callee] = call.dialled;
    callee!.say(tone(500));
    call.caller.say(tone(400));
    await call.advance(10_000);
    expect(call.caller.hears).toMatchObject({ frequencies: [500] });
    expect(callee!.hears).toMatchObject({ frequencies: [400] });
    callee!.hangUp();
    await call.advance(0);
    expect(resultOf(call)).toEqual({
      verb: 'dial',
      dialStatus: 'completed',
      dialCallId: 'CA2',
      durationSeconds: 11,
      bridged: true,
    });
    expect(call.caller.status).toBe('ended');
    expect(call.clock.pending).toBe(0);
  });

  it('goes on with the next verb where it has no action', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'dial', targets: numbers('15550001') },
        { verb: 'say', text: 'nobody there' },
      ],
      phones: { 15550001: isBusy },
    });
    await call.advance(5000);
    expect(ScriptedCall.heardBy(call.caller)).toContain(spoken('nobody there'));
    expect(call.notes('verb')).toContain('dial ended: busy');
  });

  it.each([
    ['busy', isBusy, { dialStatus: 'busy', sipStatus: 486 }],
    ['not answering', neverAnswers, { dialStatus: 'no-answer' }],
    ['refusing', refuses(603), { sipStatus: 603 }],
    ['unknown', refuses(404), { dialStatus: 'failed', sipStatus: 404 }],
  ])('tells the action of a party that is %s', async (_, phone, told) => {
    const call = await dialling({ timeout: 20 }, { phones: { 15550001: phone } });
    await call.advance(21_000);
    expect(resultOf(call)).toMatchObject({ bridged: false, durationSeconds: 0, dialCallId: 'CA2', ...told });
    expect(call.caller.status).toBe('ended');
  });

  it('passes caller id, time-out and headers on', async () => {
    const targets = [{ type: 'sip', uri: 'sip:a@b.example', username: 'u', password: 'p', headers: { 'X-B': '2' } }];
    const call = await dialling({ targets, callerId: '+15559999', timeout: 7, headers: { 'X-A': '1' } });
    expect(call.dials).toEqual([
      {
        target: { kind: 'sip', uri: 'sip:a@b.example', username: 'u', password: 'p' },
        callerId: '+15559999',
        ringTimeoutSeconds: 7,
        headers: { 'X-A': '1', 'X-B': '2' },
      },
    ]);
  });

  it('reports a dial that policy forbids', async () => {
    const call = await dialling(
      {},
      { refuseDial: () => new BaseError('forbidden', 'destination-not-allowed', 'Not allowed to call there.') },
    );
    await call.advance(0);
    expect(resultOf(call)).toEqual({
      verb: 'dial',
      dialStatus: 'failed',
      durationSeconds: 0,
      bridged: false,
      errorCode: 'destination-not-allowed',
    });
  });

  describe('several targets', () => {
    const targets = numbers('15550001', '15550002', '15550003');

    it('rings all at once; the first to answer wins and the others are cancelled', async () => {
      const call = await dialling(
        { targets },
        { phones: { 15550001: neverAnswers, 15550002: answers(1000), 15550003: answers(1500) } },
      );
      await call.advance(3000);
      expect(call.dialled.map(({ status }) => status)).toEqual(['ended', 'answered', 'ended']);
      expect(call.children[0]!.leg.termination).toMatchObject({ result: 'canceled', reason: 'answered-elsewhere' });
      call.dialled[1]!.hangUp();
      await call.advance(0);
      expect(resultOf(call)).toMatchObject({ dialStatus: 'completed', dialCallId: 'CA3' });
    });

    it('keeps one when two answer in the same moment', async () => {
      const call = await dialling(
        { targets },
        { phones: Object.fromEntries([1, 2, 3].map((n) => [`1555000${n}`, ledByHand])) },
      );
      for (const phone of call.dialled) phone.answer();
      await call.advance(100);
      expect(call.dialled.map(({ status }) => status)).toEqual(['answered', 'ended', 'ended']);
      call.caller.hangUp();
      await call.advance(0);
      expect(call.engine.gauges().calls).toBe(0);
    });

    it('rings one after another when sequential', async () => {
      const call = await dialling(
        { targets, sequential: true, timeout: 10 },
        { phones: { 15550001: neverAnswers, 15550002: isBusy, 15550003: answers(1000) } },
      );
      await call.advance(9000);
      expect(call.dialled).toHaveLength(1);
      await call.advance(3000);
      expect(call.dialled.map(({ status }) => status)).toEqual(['ended', 'ended', 'answered']);
    });

    it('tells the kindest of several ends', async () => {
      const call = await dialling(
        { targets, timeout: 5 },
        { phones: { 15550001: refuses(404), 15550002: neverAnswers, 15550003: isBusy } },
      );
      await call.advance(6000);
      expect(resultOf(call)).toMatchObject({ dialStatus: 'no-answer', dialCallId: 'CA3' });
    });
  });

  describe('when the caller hangs up', () => {
    it('cancels what rings, and tells the action', async () => {
      const call = await dialling({}, { phones: { 15550001: neverAnswers } });
      await call.advance(1000);
      call.caller.hangUp();
      await call.advance(0);
      expect(call.dialled[0]!.status).toBe('ended');
      expect(resultOf(call)).toMatchObject({ dialStatus: 'canceled', bridged: false });
      expect(call.questions.at(-1)!.call.status).toBe('completed');
      expect(call.end).toEqual({ kind: 'call-ended' });
    });

    it('hangs up the other party, and tells the action that the call was completed', async () => {
      const call = await dialling({}, { phones: { 15550001: answers() } });
      await call.advance(4000);
      call.caller.hangUp();
      await call.advance(0);
      expect(call.dialled[0]!.status).toBe('ended');
      expect(resultOf(call)).toMatchObject({ dialStatus: 'completed', bridged: true, durationSeconds: 4 });
    });
  });

  it('hangs up the other party when the script is interrupted, and keeps the caller', async () => {
    const call = await dialling({}, { phones: { 15550001: answers() } });
    await call.advance(4000);
    call.interruption.abort();
    await call.advance(0);
    expect([call.dialled[0]!.status, call.caller.status]).toEqual(['ended', 'answered']);
    expect([call.end, resultOf(call)]).toEqual([{ kind: 'interrupted' }, undefined]);
  });

  it('ends the conversation at the time limit', async () => {
    const call = await dialling({ timeLimit: 60 }, { phones: { 15550001: answers() } });
    await call.advance(59_000);
    expect(call.dialled[0]!.status).toBe('answered');
    await call.advance(2000);
    expect(resultOf(call)).toMatchObject({ dialStatus: 'completed', durationSeconds: 60 });
    expect(call.children[0]!.leg.termination).toMatchObject({ reason: 'time-limit' });
  });

  it('lets the caller leave by * where allowed, and does not take it for a digit afterwards', async () => {
    const call = await dialling(
      { hangupOnStar: true },
      {
        phones: { 15550001: answers() },
        http: (http) => http.on(action, JSON.stringify([{ verb: 'gather', numDigits: 1, action: '/digits' }])),
      },
    );
    await call.advance(4000);
    call.caller.press('5');
    await call.advance(100);
    expect(call.dialled[0]!.status).toBe('answered');
    call.caller.press('*');
    await call.advance(100);
    expect(call.dialled[0]!.status).toBe('ended');
    expect([resultOf(call)?.dialStatus, call.caller.status]).toEqual(['completed', 'answered']);
    expect(call.questions).toHaveLength(2);
  });

  it('takes * for nothing where it is not allowed', async () => {
    const call = await dialling({}, { phones: { 15550001: answers() } });
    await call.advance(1000);
    call.caller.press('*');
    await call.advance(1000);
    expect(call.dialled[0]!.status).toBe('answered');
  });

  it('keeps both connected while one holds', async () => {
    const call = await dialling({}, { phones: { 15550001: answers() } });
    await call.advance(1000);
    call.dialled[0]!.hold();
    await call.advance(60_000);
    call.dialled[0]!.resume();
    call.dialled[0]!.say(tone(500));
    await call.advance(1000);
    expect(call.caller.hears).toMatchObject({ frequencies: [500] });
  });

  describe('answerOnBridge', () => {
    it('leaves the caller ringing until somebody answers', async () => {
      const call = await dialling({ answerOnBridge: true }, { phones: { 15550001: answers(3000) } });
      await call.advance(2000);
      expect([call.caller.status, call.caller.told, call.caller.heard]).toEqual(['calling', ['ringing'], []]);
      await call.advance(2000);
      expect(call.caller.status).toBe('answered');
    });

    it('passes the called network’s own sound on before the answer', async () => {
      const call = await dialling({ answerOnBridge: true }, { phones: { 15550001: { earlyMediaAfterMs: 500 } } });
      await call.advance(1000);
      call.dialled[0]!.say(tone(620));
      await call.advance(100);
      expect([call.caller.status, call.caller.hears]).toMatchObject(['calling', { frequencies: [620] }]);
    });

    it('refuses the caller when nobody answers and the script ends', async () => {
      const call = await dialling({ answerOnBridge: true, action: undefined }, { phones: { 15550001: isBusy } });
      await call.advance(1000);
      expect([call.caller.status, call.caller.refusedWith !== undefined]).toEqual(['ended', true]);
    });
  });

  it('lets an answered caller hear the called network instead of our ringing', async () => {
    const call = await dialling({}, { phones: { 15550001: { earlyMediaAfterMs: 500 } } });
    await call.advance(1000);
    call.dialled[0]!.say(tone(620));
    await call.advance(100);
    expect(call.caller.hears).toMatchObject({ frequencies: [620] });
  });

  it.each([
    ['gb', '400+450'],
    ['silence', undefined],
  ])('rings as in %s', async (ringTone, heard) => {
    const call = await dialling({ ringTone }, { phones: { 15550001: neverAnswers } });
    await call.advance(1000);
    expect(ScriptedCall.heardBy(call.caller)[0]).toBe(heard);
  });

  describe('before connecting', () => {
    it('sends digits to the party that answered', async () => {
      const targets = [{ type: 'number', number: '+15550001', sendDigits: 'w12#' }];
      const call = await dialling({ targets }, { phones: { 15550001: answers() } });
      await call.advance(5000);
      expect(call.dialled[0]!.receivedDigits).toBe('12#');
      call.dialled[0]!.say(tone(500));
      await call.advance(100);
      expect(call.caller.hears).toMatchObject({ frequencies: [500] });
    });

    const targets = [{ type: 'number', number: '+15550001', url: '/whisper' }];

    it('lets it hear a whisper that the caller does not', async () => {
      const call = await dialling(
        { targets },
        {
          phones: { 15550001: answers() },
          http: (http) => http.on(whisper, JSON.stringify([{ verb: 'say', text: 'a sales call' }])),
        },
      );
      await call.advance(400);
      expect(ScriptedCall.heardBy(call.dialled[0]!)).toEqual([spoken('a sales call')]);
      expect(call.caller.hears).toMatchObject({ frequencies: ringbackTone.frequencies });
      await call.advance(1000);
      call.caller.say(tone(400));
      await call.advance(100);
      expect(call.dialled[0]!.hears).toMatchObject({ frequencies: [400] });
      expect(call.questions.find(({ url }) => url === whisper)?.call).toMatchObject({ id: 'CA2' });
    });

    it('takes hanging up in the whisper for a no', async () => {
      const call = await dialling(
        { targets: [...targets, ...numbers('15550002')], sequential: true },
        {
          phones: { 15550001: answers(), 15550002: answers() },
          http: (http) => http.on(whisper, JSON.stringify([{ verb: 'hangup' }])),
        },
      );
      await call.advance(1000);
      expect(call.dialled.map(({ status }) => status)).toEqual(['ended', 'answered']);
    });

    it('lets no whisper dial', async () => {
      const call = await dialling(
        { targets },
        {
          phones: { 15550001: answers() },
          http: (http) => http.on(whisper, JSON.stringify([{ verb: 'dial', targets: numbers('15550002') }])),
        },
      );
      await call.advance(1000);
      expect(call.dialled).toHaveLength(1);
      expect(resultOf(call)).toMatchObject({ dialStatus: 'no-answer', bridged: false });
    });

    it('gives up when the caller hangs up during the whisper', async () => {
      const call = await dialling(
        { targets },
        { phones: { 15550001: answers() }, http: (http) => http.on(whisper, { never: true }) },
      );
      await call.advance(1000);
      call.caller.hangUp();
      await call.advance(0);
      expect(call.dialled[0]!.status).toBe('ended');
      expect(resultOf(call)).toMatchObject({ dialStatus: 'canceled' });
      expect(call.clock.pending).toBe(0);
    });
  });

  describe('recording', () => {
    it.each([
      ['record-from-answer', 1],
      ['record-from-answer-dual', 2],
      ['record-from-ringing-dual', 2],
    ])('%s', async (record, channels) => {
      const call = await dialling({ record }, { phones: { 15550001: answers(2000) } });
      await call.advance(1000);
      expect(call.recordings).toHaveLength(record.includes('ringing') ? 1 : 0);
      await call.advance(4000);
      call.dialled[0]!.hangUp();
      await call.advance(0);
      expect(call.recordings.map(({ request }) => request)).toMatchObject([
        { source: 'DialVerb', channels, callId: 'CA1' },
      ]);
      expect(resultOf(call)).toMatchObject({ recordingId: 'RE1' });
      const { durationMs } = await call.recordings[0]!.file;
      expect(Math.round(durationMs / 1000)).toBe(record.includes('ringing') ? 5 : 3);
    });

    it('is finished also when the caller hangs up', async () => {
      const call = await dialling({ record: 'record-from-answer' }, { phones: { 15550001: answers() } });
      await call.advance(3000);
      call.caller.hangUp();
      await call.advance(0);
      expect(resultOf(call)).toMatchObject({ recordingId: 'RE1', dialStatus: 'completed' });
    });
  });
});
