import { describe, expect, it } from 'vitest';
import { type ChannelHangup, causeForStatus, isWayBlocked, terminationFromHangup } from './termination-from-cause.js';

const outbound: ChannelHangup = { cause: 'NORMAL_CLEARING', direction: 'outbound', answered: false };

describe('how a channel ended', () => {
  it.each([
    ['recv_bye', 'NORMAL_CLEARING', 'remote', 'hangup'],
    ['send_bye', 'MEDIA_TIMEOUT', 'system', 'media-lost'],
    ['send_bye', 'MANAGER_REQUEST', 'system', 'shutdown'],
    ['send_bye', 'RECOVERY_ON_TIMER_EXPIRE', 'system', 'session-expired'],
    ['send_bye', 'SOMETHING_NEW', 'system', 'hangup'],
  ] as const)('that was answered, %s, %s: completed by %s, %s', (disposition, cause, by, reason) => {
    expect(terminationFromHangup({ ...outbound, answered: true, disposition, cause, q850: 804 })).toEqual({
      result: 'completed',
      by,
      reason,
    });
  });

  it.each([
    [486, 'USER_BUSY', 17, 'busy', 'busy'],
    [404, 'UNALLOCATED_NUMBER', 1, 'failed', 'not-found'],
    [603, 'CALL_REJECTED', 21, 'busy', 'rejected'],
    [503, 'NORMAL_TEMPORARY_FAILURE', 41, 'failed', 'remote-error'],
  ] as const)('that was refused with %i is told by that status', (sipStatus, cause, q850, result, reason) => {
    const hangup = { ...outbound, cause, q850, sipStatus, disposition: 'recv_refuse' };
    expect(terminationFromHangup(hangup)).toEqual({ result, by: 'remote', reason, sip: sipStatus, q850 });
  });

  it.each([503, 408])('that nobody replied to is a network error, though FreeSWITCH says %i', (sipStatus) => {
    const hangup = {
      ...outbound,
      cause: 'NORMAL_TEMPORARY_FAILURE',
      sipStatus,
      disposition: 'recv_refuse',
      unreached: true,
    };
    expect(terminationFromHangup(hangup)).toEqual({ result: 'failed', by: 'system', reason: 'network-error' });
    expect(terminationFromHangup({ ...hangup, unreached: false })).toMatchObject({ by: 'remote' });
  });

  it.each([
    ['NO_ANSWER', 'no-answer', 'ring-timeout'],
    ['ORIGINATOR_CANCEL', 'canceled', 'hangup'],
    ['LOSE_RACE', 'canceled', 'answered-elsewhere'],
    ['NORMAL_TEMPORARY_FAILURE', 'failed', 'network-error'],
    ['USER_NOT_REGISTERED', 'failed', 'not-registered'],
    ['INCOMPATIBLE_DESTINATION', 'failed', 'no-common-codec'],
    ['SOMETHING_NEW', 'failed', 'remote-error'],
  ] as const)('that came to nothing by %s without an answer is %s, %s', (cause, result, reason) => {
    expect(terminationFromHangup({ ...outbound, cause, disposition: 'send_cancel' })).toMatchObject({ result, reason });
  });

  it('is canceled where the caller gave up', () => {
    const hangup = {
      ...outbound,
      direction: 'inbound' as const,
      cause: 'ORIGINATOR_CANCEL',
      disposition: 'recv_cancel',
      sipStatus: 487,
    };
    expect(terminationFromHangup(hangup)).toEqual({
      result: 'canceled',
      by: 'remote',
      reason: 'caller-canceled',
      sip: 487,
    });
  });

  it('leaves another way to be tried only where the callee was not reached', () => {
    const refused = (sipStatus: number) =>
      isWayBlocked({ ...outbound, cause: 'X', disposition: 'recv_refuse', sipStatus });
    expect([503, 486, 500].map(refused)).toEqual([true, false, false]);
    expect(isWayBlocked({ ...outbound, cause: 'NETWORK_OUT_OF_ORDER' })).toBe(true);
    expect(causeForStatus(418)).toBeUndefined();
  });
});
