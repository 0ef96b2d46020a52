import { describe, expect, it } from 'vitest';
import { memorySpeechKey } from '../../speech/memory-speech.js';
import { ScriptedCall, scriptedCall, scriptUrl } from '../scripted-call.fixture.js';

const action = 'https://backend.example/digits';
const spoken = (text: string) => memorySpeechKey({ text, language: 'en-US' });
const question = 'Press a key, please.'; // one second
const say = (text: string) => ({ verb: 'say', text });
const prompts = [say(question), say(question)];

const gathering = (gather: object, ...after: object[]) =>
  scriptedCall({
    verbs: [{ verb: 'gather', prompts, action, ...gather }, ...after],
    http: (http) => http.on(action, '[]'),
  });
const resultOf = (call: ScriptedCall) => call.questions.find(({ url }) => url === action)?.result;

describe('gather', () => {
  it('takes the given number of digits', async () => {
    const call = await gathering({ numDigits: 2 });
    await call.advance(2500);
    call.caller.press('12');
    await call.advance(0);
    expect(resultOf(call)).toEqual({ verb: 'gather', digits: '12', reason: 'num-digits' });
  });

  it('stops its prompts at the first digit', async () => {
    const call = await gathering({ numDigits: 2 });
    await call.advance(500);
    call.caller.press('1');
    await call.advance(10);
    expect(call.caller.hears).toBeUndefined();
    await call.advance(4000);
    call.caller.press('2');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '12' });
    expect(ScriptedCall.heardBy(call.caller)).toEqual([spoken(question)]);
  });

  it('ends at the finish key, which is no digit', async () => {
    const call = await gathering({});
    await call.advance(500);
    call.caller.press('123#');
    await call.advance(0);
    expect(resultOf(call)).toEqual({ verb: 'gather', digits: '123', reason: 'finish-key' });
  });

  it('takes every key for a digit where there is no finish key', async () => {
    const call = await gathering({ finishOnKey: '', numDigits: 3 });
    call.caller.press('*1#');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '*1#' });
  });

  it('waits for the first digit from the end of the prompts, and from each digit for the next', async () => {
    const call = await gathering({ timeout: 3 });
    await call.advance(4800);
    expect(call.questions).toHaveLength(1);
    call.caller.press('7');
    await call.advance(2800);
    expect(call.questions).toHaveLength(1);
    await call.advance(300);
    expect(resultOf(call)).toEqual({ verb: 'gather', digits: '7', reason: 'timeout' });
  });

  it('goes on with the next verb when nothing was pressed', async () => {
    const call = await gathering({}, say('good bye'));
    await call.advance(6900);
    expect(ScriptedCall.heardBy(call.caller)).not.toContain(spoken('good bye'));
    await call.advance(1000);
    expect(ScriptedCall.heardBy(call.caller)).toContain(spoken('good bye'));
    expect(resultOf(call)).toBeUndefined();
  });

  it('asks the action with nothing where told to', async () => {
    const call = await gathering({ actionOnEmptyResult: true, timeout: 1 });
    await call.advance(4000);
    expect(resultOf(call)).toEqual({ verb: 'gather', digits: '', reason: 'timeout' });
  });

  it('asks its own document where it has no action', async () => {
    const call = await gathering({ action: undefined, numDigits: 1 });
    call.http.on(scriptUrl, '[]');
    call.caller.press('1');
    await call.advance(0);
    expect(call.questions[1]).toMatchObject({ url: scriptUrl, result: { digits: '1' } });
  });

  it('takes digits that were pressed ahead', async () => {
    const call = await scriptedCall({
      verbs: [say('a long sentence'), { verb: 'gather', numDigits: 2, prompts, action }],
      http: (http) => http.on(action, '[]'),
    });
    call.caller.press('12');
    await call.advance(760);
    expect(resultOf(call)).toMatchObject({ digits: '12' });
  });

  it('counts digits only after the prompts where barge-in is off', async () => {
    const call = await gathering({ bargeIn: false, numDigits: 1 });
    await call.advance(500);
    call.caller.press('1');
    await call.advance(1600);
    expect(ScriptedCall.heardBy(call.caller)).toEqual([spoken(question), spoken(question)]);
    expect(resultOf(call)).toBeUndefined();
    call.caller.press('2');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '2' });
  });

  it('works without prompts', async () => {
    const call = await gathering({ prompts: undefined, numDigits: 1 });
    await call.advance(4000);
    call.caller.press('9');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '9' });
  });

  it('does not stop at a pause when a digit comes in it', async () => {
    const call = await gathering({ prompts: [{ verb: 'pause', length: 60 }, say(question)], numDigits: 1 });
    await call.advance(1000);
    call.caller.press('3');
    await call.advance(0);
    expect(resultOf(call)).toMatchObject({ digits: '3' });
  });

  it('has nobody to tell when the caller hangs up', async () => {
    const call = await gathering({});
    await call.advance(500);
    call.caller.press('1');
    call.caller.hangUp();
    await call.advance(10_000);
    expect([call.end, resultOf(call)]).toEqual([{ kind: 'call-ended' }, undefined]);
    expect(call.clock.pending).toBe(0);
  });

  it('stops at once when interrupted', async () => {
    const call = await gathering({});
    await call.advance(500);
    call.interruption.abort();
    await call.advance(0);
    expect([call.end, call.caller.hears, call.caller.status]).toEqual([{ kind: 'interrupted' }, undefined, 'answered']);
    expect(call.engine.gauges().timers).toBe(0);
  });

  it('fails where a prompt cannot be had, and does not go on listening', async () => {
    const call = await gathering({ prompts: [{ verb: 'play', url: '/gone.wav' }] });
    await call.advance(10_000);
    expect(call.end).toEqual({ kind: 'failed', code: 'audio-unavailable' });
    expect(call.engine.gauges().timers).toBe(0);
  });
});
