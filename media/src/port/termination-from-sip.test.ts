import { describe, expect, it } from 'vitest';
import { localTermination, refusalStatus, terminationFromStatus } from './termination-from-sip.js';

describe('how a call ended', () => {
  it.each([
    [486, 'busy', 'busy'],
    [600, 'busy', 'busy'],
    [603, 'busy', 'rejected'],
    [403, 'failed', 'rejected'],
    [404, 'failed', 'not-found'],
    [480, 'no-answer', 'ring-timeout'],
    [488, 'failed', 'no-common-codec'],
    [407, 'failed', 'auth-failed'],
    [420, 'failed', 'rejected'],
    [503, 'failed', 'remote-error'],
    [699, 'failed', 'remote-error'],
  ])('by %i is %s, %s', (status, result, reason) => {
    expect(terminationFromStatus(status, 'remote')).toEqual({ result, reason, by: 'remote', sip: status });
  });

  it('keeps the Q.850 cause', () => {
    expect(terminationFromStatus(486, 'remote', 17).q850).toBe(17);
  });

  it('is completed only, and always, for an answered leg', () => {
    expect(localTermination({ result: 'failed', reason: 'media-lost', by: 'system' }, true)).toEqual({
      result: 'completed',
      reason: 'media-lost',
      by: 'system',
    });
    expect(localTermination(undefined, true)).toEqual({ result: 'completed', by: 'local', reason: 'hangup' });
    expect(localTermination({ result: 'completed' }, false).result).toBe('canceled');
    expect(localTermination({ result: 'no-answer', reason: 'ring-timeout' }, false).result).toBe('no-answer');
  });

  it('is told to a caller by a fitting status', () => {
    expect(refusalStatus('busy')).toBe(486);
    expect(refusalStatus('hangup')).toBe(480);
  });
});
