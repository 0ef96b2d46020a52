import { BaseError } from '@hookswitch/kernel/base-error';
import { answers, type FarEndScript, isBusy, neverAnswers, refuses } from '@hookswitch/media/drivers/fake/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScriptedCall, scriptUrl } from './scripted-call.fixture.js';

const text = fc.constantFrom('Hi.', 'A sentence of some length.');
const urls = [scriptUrl, 'https://backend.example/a', 'https://backend.example/b', 'https://backend.example/dead'];
const url = fc.constantFrom(...urls);
const phones: Record<string, FarEndScript> = {
  1000001: answers(),
  1000002: answers(2000, [{ afterMs: 3000, do: 'hang-up' }]),
  1000003: isBusy,
  1000004: neverAnswers,
  1000005: { earlyMediaAfterMs: 300, answerAfterMs: 1500 },
  1000006: refuses(404, 700),
  1000007: { ringAfterMs: 100, answerAfterMs: 1000, afterAnswer: [{ afterMs: 0, do: 'hang-up' }] },
};
const target = fc.record(
  {
    type: fc.constant('number'),
    number: fc.constantFrom(...Object.keys(phones).map((number) => `+${number}`)),
    url,
    sendDigits: fc.constant('1w2'),
  },
  { requiredKeys: ['type', 'number'] },
);
const prompt = fc.oneof(
  fc.record({ verb: fc.constant('say'), text }),
  fc.record({ verb: fc.constant('pause'), length: fc.constantFrom(0, 1) }),
  fc.record({ verb: fc.constant('play'), url: fc.constant('/missing.wav') }),
);
const verb = fc.oneof(
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('say'), text, loop: fc.constantFrom(0, 1, 1, 2) }) },
  fc.record({ verb: fc.constantFrom('answer', 'hangup', 'pauseRecording', 'resumeRecording', 'stopRecording') }),
  fc.record({ verb: fc.constant('pause'), length: fc.constantFrom(0, 0.5, 2) }),
  fc.record({ verb: fc.constant('play'), url: fc.constant('/missing.wav') }),
  fc.record({ verb: fc.constant('redirect'), url }),
  fc.record({ verb: fc.constant('reject') }),
  fc.record({ verb: fc.constant('sendDigits'), digits: fc.constant('12w') }),
  fc.record({ verb: fc.constant('startRecording') }),
  fc.record({ verb: fc.constant('tag'), tags: fc.constant({ a: 'b' }) }),
  fc.record(
    {
      verb: fc.constant('gather'),
      prompts: fc.array(prompt, { maxLength: 3 }),
      numDigits: fc.integer({ min: 1, max: 3 }),
      bargeIn: fc.boolean(),
      timeout: fc.constantFrom(1, 3),
      actionOnEmptyResult: fc.boolean(),
      action: url,
    },
    { requiredKeys: ['verb'] },
  ),
  fc.record(
    { verb: fc.constant('record'), maxLength: fc.constantFrom(1, 5), timeout: fc.constantFrom(0, 2), action: url },
    { requiredKeys: ['verb'] },
  ),
  {
    weight: 3,
    arbitrary: fc.record(
      {
        verb: fc.constant('dial'),
        targets: fc.array(target, { minLength: 1, maxLength: 3 }),
        sequential: fc.boolean(),
        timeout: fc.constantFrom(2, 5),
        timeLimit: fc.constantFrom(3, 60),
        answerOnBridge: fc.boolean(),
        hangupOnStar: fc.boolean(),
        record: fc.constantFrom('record-from-answer', 'record-from-ringing-dual', 'do-not-record'),
        action: url,
      },
      { requiredKeys: ['verb', 'targets'] },
    ),
  },
);
const answer = fc.oneof(
  { weight: 8, arbitrary: fc.array(verb, { maxLength: 4 }).map((verbs) => JSON.stringify(verbs)) },
  fc.constantFrom<Parameters<ScriptedCall['http']['on']>[1]>(
    '[{"verb":"nonsense"}]',
    { status: 500 },
    { failure: 'connection-lost' },
    { never: true },
  ),
);
const event = fc.record({
  afterMs: fc.constantFrom(0, 1, 100, 700, 1500, 4000),
  what: fc.constantFrom(
    'press',
    'press',
    'star',
    'callee-hangs-up',
    'callee-presses',
    'hold',
    'caller-hangs-up',
    'interrupt',
  ),
});

function happen(call: ScriptedCall, what: string): void {
  const callee = call.dialled.at(-1);
  if (what === 'press') call.caller.press('1');
  else if (what === 'star') call.caller.press('*');
  else if (what === 'callee-hangs-up') callee?.hangUp();
  else if (what === 'callee-presses') callee?.press('9');
  else if (what === 'hold') callee?.hold();
  else if (what === 'caller-hangs-up') call.caller.hangUp();
  else call.interruption.abort('a new script');
}

describe('any script, whatever happens meanwhile', () => {
  it('ends, says how, and leaves nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(url, fc.array(answer, { minLength: 1, maxLength: 3 })), { maxLength: 4 }),
        fc.array(event, { maxLength: 6 }),
        fc.boolean(),
        fc.boolean(),
        async (pages, events, withFallback, refuse) => {
          const call = new ScriptedCall({
            phones,
            script: withFallback ? { url: scriptUrl, fallbackUrl: urls[1]! } : { url: scriptUrl },
            http: (http) => {
              for (const [address, scripted] of pages) http.on(address, ...scripted);
            },
            ...(refuse ? { refuseDial: () => new BaseError('limit', 'too-many-calls', 'No.') } : {}),
          });
          await call.start();
          for (const { afterMs, what } of events) {
            await call.advance(afterMs);
            happen(call, what);
          }
          await call.advance(20_000);
          const interrupted = call.interruption.signal.aborted;
          if (call.end?.kind === 'interrupted') {
            const callerLeft = events.some(({ what }) => what === 'caller-hangs-up');
            if (!callerLeft) expect(call.leg.status).not.toBe('ended');
            expect(call.caller.hears).toBeUndefined();
            expect(call.children.map(({ leg }) => leg.status)).toEqual(call.children.map(() => 'ended'));
          } else if (call.end) {
            expect(call.leg.status).toBe('ended');
          }
          if (interrupted) expect(call.end).toBeDefined();
          call.caller.hangUp();
          call.interruption.abort('the test is over'); // a request that is never answered
          await call.advance(120_000);
          expect(call.end).toBeDefined();
          expect(call.end).not.toMatchObject({ code: 'internal-error' });
          expect(call.engine.gauges()).toMatchObject({ calls: 0, timers: 0, recordings: 0 });
          expect(call.clock.pending).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
