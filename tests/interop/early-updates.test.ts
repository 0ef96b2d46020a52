import { describe, expect, it } from 'vitest';
import {
  dial,
  endOf,
  engineForEachTest,
  ringingCall,
  settled,
  steadyTone,
  untilIdle,
} from '../contracts/call-engine/test-calls.js';
import { virtualEmbeddedEngine } from '../contracts/call-engine-worlds/embedded-worlds.js';

describe.each([
  ['a good network', {}],
  ['one that loses, repeats and reorders', { delayMs: 20, jitterMs: 30, loss: 0.05, duplicate: 0.05 }],
])('UPDATE before the answer, over %s (RFC 3311)', (_which, conditions) => {
  const up = engineForEachTest(virtualEmbeddedEngine(conditions));

  it('of a callee that holds: nothing sounds, the hold is told with the answer, and can be taken back', async () => {
    const test = await up();
    const callee = await test.world.callee({ sendsEarlyMedia: true, wantsPrack: true });
    const out = dial(test, callee.target);
    await test.world.until('early media', () => out.events.includes('earlyMedia'));
    const [far] = callee.calls;
    void out.leg.play(steadyTone(700));
    await test.world.until('the callee hears us', () => far!.hears(700));
    await test.world.pass(500);
    far!.hold('UPDATE');
    await test.world.until('the callee hears nothing of ours', () => !far!.hears(700));
    expect(out.leg.status).toBe('ringing');
    far!.answer();
    await test.world.until('the answer', () => out.events.includes('held'));
    expect(out.events).toEqual(['earlyMedia', 'answered', 'held']);
    await test.world.pass(500);
    far!.resume('UPDATE');
    await test.world.until('it is taken back', () => out.events.includes('resumed'));
    await test.world.until('the callee hears us again', () => far!.hears(700));
    out.leg.hangUp();
    await endOf(test, out);
    await test.world.until('the callee is done', () => far!.ended);
    await untilIdle(test);
  });

  it('of a caller that holds and takes back: it hears us again before the answer', async () => {
    const test = await up();
    const { leg, far, events } = await ringingCall(test, { requiresPrack: true });
    await settled(test, leg.earlyMedia());
    void leg.play(steadyTone(700));
    await test.world.until('the caller hears us', () => far.hears(700));
    await test.world.pass(500);
    far.hold('UPDATE');
    await test.world.until('the caller hears nothing of ours', () => !far.hears(700));
    await test.world.pass(500);
    far.resume('UPDATE');
    await test.world.until('the caller hears us again', () => far.hears(700));
    expect([leg.status, events]).toEqual(['ringing', []]);
    await settled(test, leg.answer());
    await test.world.until('the caller is answered', () => far.answered);
    expect(events).toEqual(['answered']);
    far.hangUp();
    await test.world.until('it ends', () => events.includes('ended'));
    await untilIdle(test);
  });
});
