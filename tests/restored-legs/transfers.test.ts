import { describe, expect, it } from 'vitest';
import {
  answeredCall,
  type EngineTest,
  engineForEachTest,
  settled,
  successor,
  type Watched,
  watch,
} from '../contracts/call-engine/test-calls.js';
import { virtualEmbeddedEngine } from '../contracts/call-engine-worlds/embedded-worlds.js';

const up = engineForEachTest(virtualEmbeddedEngine());

/** A call that came in, taken over by another engine. */
async function takenOver(): Promise<{ test: EngineTest; call: Watched }> {
  const before = await up();
  const { leg, far } = await answeredCall(before);
  const snapshot = leg.snapshot()!;
  const test = await successor(before);
  const [restored] = await test.engine.restore([snapshot]);
  await test.engine.start();
  return { test, call: { leg: restored!.call, far, ...watch(restored!.call) } };
}

describe('a leg that was taken over', () => {
  it('is sent elsewhere, and tells what came of it (RFC 3515)', async () => {
    const { test, call } = await takenOver();
    const result = await settled(test, call.leg.refer({ to: 'sip:300@far.example', timeoutMs: 2_000 }));
    expect([result.referStatus, call.far.referredTo]).toEqual([202, ['sip:300@far.example']]);
  });

  it('asks for a transfer, and is told how it stands', async () => {
    const { test, call } = await takenOver();
    call.leg.events.on('referred', (request) => {
      request.accept();
      request.progress(200);
    });
    call.far.refer('<sip:300@far.example>');
    await test.world.until('it is told', () => call.far.notified.includes(200));
    expect(call.far.referAnswers).toEqual([202]);
  });

  it('gives its place to another phone, which may be taken over as well (RFC 3891)', async () => {
    const { test, call } = await takenOver();
    const before = test.incoming.length;
    const other = await test.world.placeCall({
      from: '7',
      to: '8',
      as: 'trunk',
      replaces: { leg: call.leg, far: call.far },
    });
    await test.world.until('it asks for the place', () => test.incoming.length > before);
    expect(test.incoming[before]!.replaces).toBe(call.leg);
    await test.incoming[before]!.takePlace();
    await test.world.until('the former phone is let go', () => call.far.ended && other.answered);
    await test.world.pass(100);
    const snapshot = call.leg.snapshot()!;
    const third = await successor(test);
    const [restored] = await third.engine.restore([snapshot]);
    await third.engine.start();
    void restored!.call.play({ kind: 'tone', frequencies: [400], levelDbm0: -13, cadenceMs: [5_000] });
    await third.world.until('the other phone hears it', () => other.hears(400));
    other.hangUp();
    await third.world.until('the leg ends', () => restored!.call.status === 'ended');
  });
});
