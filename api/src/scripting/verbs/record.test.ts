import { recordBeep, type ToneSound } from '@hookswitch/media/port/sound';
import { describe, expect, it } from 'vitest';
import { ScriptedCall, scriptedCall } from '../scripted-call.fixture.js';

const action = 'https://backend.example/message';
const voice: ToneSound = { kind: 'tone', frequencies: [400], levelDbm0: -10, cadenceMs: [600_000] };
const beep = recordBeep.frequencies.join('+');
const recording = (record: object = {}) =>
  scriptedCall({
    verbs: [{ verb: 'record', action, ...record }],
    http: (http) => http.on(action, '[]'),
  });
const resultOf = (call: ScriptedCall) => call.questions.find(({ url }) => url === action)?.result;

describe('record', () => {
  it('beeps, and records what the caller says alone', async () => {
    const call = await recording();
    await call.advance(500);
    expect(ScriptedCall.heardBy(call.caller)).toEqual([beep]);
    expect(call.recordings.map(({ request }) => request)).toMatchObject([
      {
        accountId: 'AC1',
        callId: 'CA1',
        source: 'RecordVerb',
        channels: 1,
        directions: 'said',
        maxDurationSeconds: 3600,
        silenceTimeoutSeconds: 5,
        trimSilence: true,
      },
    ]);
  });

  it('ends at a finish key and tells which', async () => {
    const call = await recording();
    call.caller.say(voice);
    await call.advance(3400);
    call.caller.press('#');
    await call.advance(0);
    expect(resultOf(call)).toEqual({
      verb: 'record',
      recordingId: 'RE1',
      durationSeconds: 3,
      digits: '#',
      reason: 'finish-key',
    });
  });

  it('does not end at other keys', async () => {
    const call = await recording({ finishOnKey: '#', timeout: 0 });
    await call.advance(1000);
    call.caller.press('12');
    await call.advance(60_000);
    expect(resultOf(call)).toBeUndefined();
    call.caller.press('#');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '#' });
  });

  it('ends at silence', async () => {
    const call = await recording({ timeout: 2 });
    call.caller.say(voice);
    await call.advance(4000);
    expect(resultOf(call)).toBeUndefined();
    call.caller.hush();
    await call.advance(2500);
    expect(resultOf(call)).toMatchObject({ digits: '', reason: 'silence' });
  });

  it('ends at its greatest length', async () => {
    const call = await recording({ maxLength: 10, playBeep: false });
    call.caller.say(voice);
    await call.advance(10_500);
    expect(resultOf(call)).toMatchObject({ durationSeconds: 10, reason: 'max-duration' });
    expect(ScriptedCall.heardBy(call.caller)).toEqual([]);
  });

  it('tells the action also when the caller hangs up, as `hangup`', async () => {
    const call = await recording();
    call.caller.say(voice);
    await call.advance(2400);
    call.caller.hangUp();
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({
      recordingId: 'RE1',
      digits: 'hangup',
      reason: 'hangup',
      durationSeconds: 2,
    });
    expect(call.questions.at(-1)!.call.status).toBe('completed');
    expect(call.end).toEqual({ kind: 'call-ended' });
  });

  it('keeps what was said when interrupted, and tells nobody', async () => {
    const call = await recording();
    await call.advance(1000);
    call.interruption.abort();
    await call.advance(0);
    expect([call.end, resultOf(call)]).toEqual([{ kind: 'interrupted' }, undefined]);
    expect(await call.recordings[0]!.file).toMatchObject({ end: 'stopped' });
    expect(call.engine.gauges()).toMatchObject({ recordings: 0, timers: 0 });
  });

  it('records nothing when the caller hangs up during the beep', async () => {
    const call = await recording();
    await call.advance(100);
    call.caller.hangUp();
    await call.advance(1000);
    expect(call.recordings).toEqual([]);
  });

  it('hands on that silence is to be kept', async () => {
    const call = await recording({ trim: 'do-not-trim', timeout: 0 });
    await call.advance(500);
    expect(call.recordings[0]!.request).toMatchObject({ trimSilence: false });
    expect(call.recordings[0]!.request.silenceTimeoutSeconds).toBeUndefined();
  });
});
