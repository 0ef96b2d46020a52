import type { Termination } from '@hookswitch/media/port/termination';
import { describe, expect, it } from 'vitest';
import { endCodeOfFailedDial, endedByOf } from './end-code-of-dial.js';

const ended = (more: Partial<Termination>): Termination => ({
  result: 'failed',
  by: 'remote',
  reason: 'remote-error',
  ...more,
});

describe('how a contact ends whose customer was not reached', () => {
  it.each<[Partial<Termination>, string, string]>([
    [{ sip: 486, reason: 'busy' }, 'busy', 'customer'],
    [{ sip: 600, reason: 'busy' }, 'busy', 'customer'],
    [{ sip: 603, reason: 'rejected' }, 'userReject', 'customer'],
    [{ sip: 607, reason: 'rejected' }, 'userReject', 'customer'],
    [{ sip: 608, reason: 'rejected' }, 'carrierBlocked', 'system'],
    [{ sip: 480, reason: 'ring-timeout' }, 'notAnswer', 'timer'],
    [{ sip: 408, reason: 'ring-timeout' }, 'notAnswer', 'timer'],
    [{ by: 'system', reason: 'ring-timeout' }, 'notAnswer', 'timer'],
    [{ sip: 404, reason: 'not-found' }, 'numberNotExist', 'system'],
    [{ sip: 410, reason: 'not-found' }, 'numberNotExist', 'system'],
    [{ sip: 484, reason: 'not-found' }, 'numberInvalid', 'system'],
    [{ sip: 402 }, 'outOfCredit', 'system'],
    [{ sip: 403, reason: 'rejected' }, 'callRestricted', 'system'],
    [{ sip: 500 }, 'operatorError', 'system'],
    [{ sip: 503 }, 'operatorError', 'system'],
    [{ reason: 'network-error' }, 'operatorError', 'system'],
    [{ reason: 'not-registered' }, 'notInService', 'system'],
    [{ reason: 'caller-canceled', by: 'local' }, 'callerCancelWhileRing', 'system'],
  ])('%j is %s', (termination, code, by) => {
    expect([endCodeOfFailedDial(ended(termination)), endedByOf(ended(termination))]).toEqual([code, by]);
  });

  it.each<[number, string]>([
    [1, 'numberNotExist'],
    [17, 'busy'],
    [19, 'notAnswer'],
    [20, 'powerOff'],
    [21, 'userReject'],
    [22, 'numberNotExist'],
    [27, 'notInService'],
    [28, 'numberInvalid'],
    [54, 'calleeRestricted'],
  ])('Q.850 cause %i says more than the status: %s', (q850, code) => {
    expect(endCodeOfFailedDial(ended({ sip: 480, q850 }))).toBe(code);
  });

  it('a cause that says nothing leaves it to the status', () => {
    expect(endCodeOfFailedDial(ended({ sip: 486, q850: 31 }))).toBe('busy');
  });

  it.each([
    ['destination-not-allowed', 'restrictedArea'],
    ['account-suspended', 'callRestricted'],
    ['no-route', 'operatorError'],
    [undefined, 'operatorError'],
  ])('not dialled because of %s is %s', (error, code) => {
    expect(endCodeOfFailedDial(error)).toBe(code);
  });
});
