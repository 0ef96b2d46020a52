import type { Termination } from '@hookswitch/media/port/termination';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.js';
import type { CallStatus } from './call-state.js';
import { endSignal, finalChange } from './final-change.js';

const call: Call = {
  id: 'CA1',
  accountId: 'AC1',
  contactId: 'CN1',
  direction: 'inbound',
  from: '+14155550100',
  to: '+14155550101',
  status: 'ringing',
  scriptRevision: 0,
  nodeId: 'n',
  createdAt: 1000,
  tags: {},
  recordingIds: [],
  sequence: 1,
  revision: 1,
  pendingEvents: [],
};
const cdr = (final: Call) => ({ status: final.status, answeredAt: final.answeredAt });
const termination = (result: Termination['result']): Termination => ({ result, by: 'remote', reason: 'hangup' });

describe('finalChange', () => {
  it.each<[CallStatus, Termination['result'], CallStatus]>([
    ['queued', 'busy', 'busy'],
    ['queued', 'no-answer', 'no-answer'],
    ['queued', 'canceled', 'canceled'],
    ['queued', 'failed', 'failed'],
    ['queued', 'completed', 'failed'],
    ['ringing', 'busy', 'busy'],
    ['ringing', 'no-answer', 'no-answer'],
    ['ringing', 'canceled', 'canceled'],
    ['ringing', 'failed', 'failed'],
    ['ringing', 'completed', 'failed'],
    ['in-progress', 'completed', 'completed'],
    ['in-progress', 'busy', 'completed'],
    ['in-progress', 'no-answer', 'completed'],
    ['in-progress', 'canceled', 'completed'],
    ['in-progress', 'failed', 'completed'],
  ])('takes a call that is %s and ends as %s to %s', (status, result, final) => {
    const change = finalChange({ ...call, status }, { termination: termination(result), endedAt: 5000 }, cdr)!;
    expect(change.set).toMatchObject({ status: final, endedAt: 5000, termination: { result: final } });
    expect(change.events!.map((event) => event.type)).toEqual(['call.completed', 'cdr.created']);
    expect(change.events![1]!.data).toMatchObject({ status: final });
  });

  it.each<CallStatus>(['completed', 'busy', 'no-answer', 'canceled', 'failed'])(
    'does nothing to a %s call',
    (status) => {
      expect(finalChange({ ...call, status }, { termination: termination('failed'), endedAt: 1 }, cdr)).toBeUndefined();
    },
  );

  it('makes up for an answer that was never written', () => {
    const change = finalChange(call, { termination: termination('completed'), endedAt: 5000, answeredAt: 2000 }, cdr)!;
    expect(change.set).toMatchObject({ status: 'completed', answeredAt: 2000 });
    expect(change.events!.map((event) => event.type)).toEqual(['call.answered', 'call.completed', 'cdr.created']);
    expect(change.events![0]!.data).toMatchObject({ call: { status: 'in-progress', answeredAt: 2000 } });
    expect(change.events![2]!.data).toEqual({ status: 'completed', answeredAt: 2000 });
  });

  it('never ends a call before it was answered, or before it began, whatever the clock of who ends it says', () => {
    const end = { termination: termination('failed'), endedAt: -3_600_000 };
    expect(finalChange({ ...call, createdAt: 7 }, end, cdr)!.set).toMatchObject({ endedAt: 7 });
    const talking = { ...call, createdAt: 7, status: 'in-progress', answeredAt: 9 } as const;
    expect(finalChange(talking, end, cdr)!.set).toMatchObject({ endedAt: 9 });
  });

  it('keeps the termination but for its result', () => {
    expect(endSignal('in-progress', termination('busy'))).toBe('end');
    const lost: Termination = { result: 'failed', by: 'system', reason: 'media-lost', sip: 408, q850: 31 };
    const change = finalChange(
      { ...call, status: 'in-progress', answeredAt: 1 },
      { termination: lost, endedAt: 2 },
      cdr,
    );
    expect(change!.set!.termination).toEqual({ ...lost, result: 'completed' });
  });
});
