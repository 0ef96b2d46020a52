import { expect, it } from 'vitest';
import { freeSwitchDoubleUnderTest } from '../call-engine-worlds/freeswitch-world.js';

it('the FreeSWITCH driver calls nobody in the clear where media must be encrypted', async () => {
  const { engine, world, close } = await freeSwitchDoubleUnderTest();
  try {
    const { target, calls } = await world.callee({ answersAfterMs: 0 });
    if (target.kind !== 'sip') throw new TypeError('That is a phone.');
    const dial = (callId: string, mediaEncryption: 'none' | 'sdes') =>
      engine.dial({ callId, from: '+14155550199', target: { ...target, mediaEncryption }, ringTimeoutMs: 5000 });
    const encrypted = dial('CA-encrypted', 'sdes');
    await world.until('it has ended', () => encrypted.status === 'ended');
    expect(encrypted.termination).toMatchObject({ result: 'failed', by: 'system', reason: 'no-encryption' });
    const plain = dial('CA-plain', 'none');
    await world.until('it is answered', () => plain.status === 'answered');
    expect(calls).toHaveLength(1);
    plain.hangUp();
    await world.until('it has ended', () => plain.status === 'ended');
  } finally {
    await close();
  }
});
