import type { MediaEncryption } from '@hookswitch/media/port/media-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoubleScript } from '../../peers/freeswitch-double/double-phone.js';
import { freeSwitchDoubleUnderTest } from '../call-engine-worlds/freeswitch-world.js';

let test: Awaited<ReturnType<typeof freeSwitchDoubleUnderTest>>;
beforeEach(async () => {
  test = await freeSwitchDoubleUnderTest();
});
afterEach(() => test.close());

/** Calls a phone, and waits until it has answered or the call has ended. */
async function dial(mediaEncryption: MediaEncryption, script: DoubleScript) {
  const { address, calls } = test.double.phone({ answersAfterMs: 0, ...script });
  const leg = test.engine.dial({
    callId: 'CA-1',
    from: '+14155550199',
    target: { kind: 'sip', uri: `sip:200@${address}`, mediaEncryption },
    ringTimeoutMs: 5000,
  });
  await test.world.until('it is answered or over', () => ['answered', 'ended'].includes(leg.status));
  return { leg, calls };
}

describe('encrypted sound on FreeSWITCH (the protocol double)', () => {
  it.each([
    ['none', {}, 'none'],
    ['none', { encrypts: 'sdes' }, 'none'],
    ['sdes', { encrypts: 'sdes' }, 'sdes'],
    // Without the front the offer of both would not be understood: it is plain.
    ['optional', { encrypts: 'sdes' }, 'none'],
  ] as const)('asked for %s of a phone that %j: it is %s, and the leg says so', async (asked, script, encryption) => {
    const { leg } = await dial(asked, script);
    expect([leg.status, leg.facts.mediaPath]).toEqual(['answered', { encryption }]);
  });

  it('calls nobody in the clear where keys are demanded: who has none refuses', async () => {
    const { leg, calls } = await dial('sdes', {});
    expect(leg.termination).toMatchObject({ result: 'failed', by: 'remote', reason: 'no-common-codec', sip: 488 });
    expect(calls[0]!.answered).toBe(false);
  });

  it('ends a call whose callee answers in the clear all the same, and nobody hears it', async () => {
    const { leg } = await dial('sdes', { encrypts: 'answers-in-the-clear' });
    expect(leg.termination).toMatchObject({ result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 });
  });

  it('does not call by DTLS without the front', async () => {
    const { leg, calls } = await dial('dtls', { encrypts: 'sdes' });
    expect(leg.termination).toMatchObject({ result: 'failed', by: 'system', reason: 'no-encryption' });
    expect(calls).toEqual([]);
  });

  it('takes a caller who encrypts, and says so', async () => {
    const legs: { facts: { mediaPath?: unknown } }[] = [];
    test.engine.events.on('incoming', (call) => {
      const leg = call.accept('CA-2');
      legs.push(leg);
      void leg.answer();
    });
    const far = test.double.placeCall({ from: '+442071838750', to: '+14155550100', as: 'trunk' }, { encrypts: 'sdes' });
    await test.world.until('it is answered', () => far.answered && legs[0]?.facts.mediaPath !== undefined);
    expect(legs[0]!.facts.mediaPath).toEqual({ encryption: 'sdes' });
  });
});
