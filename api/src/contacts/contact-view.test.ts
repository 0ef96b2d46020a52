import { describe, expect, it } from 'vitest';
import type { Participant } from './contact.js';
import { contactEvent, contactView } from './contact-view.js';
import { fresh } from './state/visit.fixture.js';

describe('a contact in an event', () => {
  const agent = (sequence: number, came: boolean): Participant => ({
    sequence,
    type: 'staffExtensionSeat',
    agentId: `AG${'0'.repeat(32)}`,
    callId: `CA${'0'.repeat(32)}`,
    skillGroupId: `SG${'0'.repeat(32)}`,
    startedAt: 1,
    ringingAt: 2,
    endedAt: 4,
    heldMs: 0,
    ...(came ? { acceptedAt: 3, endCode: 'seatForward' } : { endCode: 'seatGiveUp' }),
  });

  it('is the whole record', () => {
    const contact = { ...fresh.contact, participants: [...fresh.contact.participants, agent(1, true)], remark: 'blue' };
    const { data } = contactEvent('contact.completed', contact, { why: 'test' });
    expect(data).toEqual({ contact: contactView(contact), detail: { why: 'test' } });
  });

  it('stays below the largest payload, keeping who talked', () => {
    const participants = [
      ...fresh.contact.participants,
      ...Array.from({ length: 49 }, (_, at) => agent(at + 1, at % 3 === 0)),
    ];
    const keys = Array.from({ length: 50 }, () => ({ key: '1', label: '销'.repeat(100), at: 0 }));
    const contact = { ...fresh.contact, participants, keys, remark: '备'.repeat(2000), uui: '号'.repeat(1024) };
    const { data } = contactEvent('contact.completed', contact);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(19_000);
    expect(data).toMatchObject({ truncated: true, contact: { id: 'CN1', remark: null, uui: contact.uui } });
    const kept = (data.contact as { participants: { sequence: number }[] }).participants;
    expect(kept.map(({ sequence }) => sequence)).toEqual([0, ...Array.from({ length: 17 }, (_, at) => at * 3 + 1)]);
  });
});
