import { describe, expect, it } from 'vitest';
import type { Contact } from '../contact.js';
import { partyLeft } from './leaving.js';
import { answered, claimDecided, offered, wantAgent, welcomed } from './searching.js';
import { formerStay, goesOn, type KeptVisit, takenUp, talkTakenUp } from './taken-up.js';
import { consult, hold, invite, sendToScript, supervise, transfer } from './talking.js';
import { fresh, offer, Play, search, serve, talk } from './visit.fixture.js';
import type { Visit } from './visit.js';

/** As it is after a store. */
const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

function contactOf({ contact }: Visit): Contact {
  return stored({ ...contact, sequence: 0, revision: 1, pendingEvents: [] });
}

function keptOf({ contact, ...visit }: Visit, more: Partial<KeptVisit> = {}): KeptVisit {
  return stored({ ...visit, contactId: contact.id, ahead: {}, ...more });
}

/** The visit in the next process, where the calls of these parties are still there; undefined where nobody talks on. */
function restarted(before: Play, ...there: readonly number[]): Play | undefined {
  const { visit, now } = before;
  const calls = visit.contact.participants.flatMap(({ sequence, callId }) =>
    there.includes(sequence) && callId !== undefined ? [callId] : [],
  );
  const kept = keptOf(visit);
  const found = talkTakenUp(contactOf(visit), kept, new Set(calls));
  if (!found) return undefined;
  const after = new Play(found);
  after.now = now + 5000;
  return after.act(goesOn(kept, (sequence) => there.includes(sequence)));
}

/** A third party (participant 2) was called into the talk, and answered. */
function withThird(): Play {
  const outside = search('QE3', 'invite', { target: { kind: 'number', number: '+442071838750' }, by: 1 });
  return talk().act(invite(outside), answered(2, { type: 'outboundSeat', callId: 'CA3' }), welcomed(2));
}

describe('a talk whose process was lost', () => {
  it('goes on as it was: nobody is told, released or looked for', () => {
    const before = talk();
    const after = restarted(before, 0, 1)!;
    expect(after.visit.parties).toEqual(before.visit.parties);
    expect(after.visit.contact).toEqual(before.visit.contact);
    expect(after.did).toEqual([]);
  });

  it('keeps hold, mute and supervision', () => {
    const before = talk().act(supervise('AG9', { mode: 'whisper', to: 1 }));
    before.act(answered(2, { type: 'supervisor', callId: 'CA9' }), hold(1, 0));
    const after = restarted(before, 0, 1, 2)!;
    expect(after.here).toEqual(['customer:talking~hold', 'agent:talking', 'supervisor:talking']);
    expect(after.visit.parties).toEqual(before.visit.parties);
  });

  it('is no talk any more where only one of two is there', () => {
    expect(restarted(talk(), 0)).toBeUndefined();
    expect(restarted(talk(), 1)).toBeUndefined();
    expect(restarted(new Play(fresh), 0)).toBeUndefined();
  });

  it('goes on without a third whose call is gone, and between two whom the customer left', () => {
    const three = restarted(withThird(), 0, 1)!;
    expect(three.here).toEqual(['customer:talking', 'agent:talking']);
    expect(three.participant(2)).toMatchObject({ endCode: 'error', endedAt: expect.any(Number) });
    const two = withThird().act(partyLeft(0));
    expect(restarted(two, 1, 2)!.here).toEqual(['agent:talking', 'external:talking']);
    expect(restarted(two, 1)).toBeUndefined();
  });

  it('takes the customer back from a script, or from a menu of its agent', () => {
    const after = restarted(talk().act(sendToScript(1)), 0, 1)!;
    expect(after.here).toEqual(['customer:talking', 'agent:talking']);
  });

  it('begins for who was about to join', () => {
    const joining = new Play().act(
      wantAgent(serve),
      offered(offer('OF1', 'AG1')),
      answered(1, { type: 'staffSeat', callId: 'CA2' }),
      claimDecided(1, true),
    );
    expect(joining.here).toEqual(['customer:scripted', 'agent:joining']);
    const after = restarted(joining, 0, 1)!;
    expect(after.here).toEqual(['customer:talking', 'agent:talking']);
    expect(after.did).toContain('tell AG1 userAccessed');
  });

  it('gives up who rang, and looks for somebody again, who waits for agents to come back', () => {
    const asked = talk().act(consult(search('QE5', 'consult', { by: 1 })), offered(offer('OF2', 'AG2', 'QE5')));
    const after = restarted(asked, 0, 1)!;
    expect(after.here).toEqual(['customer:talking~hold', 'agent:talking']);
    expect(after.effects).toContainEqual({
      kind: 'enqueue',
      search: expect.objectContaining({ id: 'QE5', onNoSeat: 'wait' }),
    });
    expect(after.participant(2)).toMatchObject({ endCode: 'unconnected' });
  });

  it('has a customer who is being transferred wait on, and one whose outside line rang talk to its agent again', () => {
    const blind = talk().act(transfer(search('QE6', 'transfer', { by: 1 })));
    const after = restarted(blind, 0)!;
    expect(after.here).toEqual(['customer:talking~waiting']);
    expect(after.did).toEqual(['enqueue QE6']);
    const outside = search('QE7', 'transfer', { target: { kind: 'number', number: '+442071838750' }, by: 1 });
    const line = restarted(talk().act(transfer(outside)), 0, 1)!;
    expect(line.here).toEqual(['customer:talking', 'agent:talking']);
    expect(line.visit.searches).toEqual([]);
  });

  it('is known by its record together with what no write had carried', () => {
    const { visit } = talk();
    const keys = [{ key: '1', label: 'sales', at: 0 }];
    const kept = keptOf(visit, { ahead: { keys } });
    expect(talkTakenUp(contactOf(visit), kept, new Set(['CA1', 'CA2']))!.contact.keys).toEqual(keys);
    expect(takenUp(contactOf(fresh), 0, keptOf(fresh, { ahead: { keys } })).contact.keys).toEqual(keys);
    expect(talkTakenUp({ ...contactOf(visit), status: 'finished' }, kept, new Set(['CA1', 'CA2']))).toBeUndefined();
  });
});

describe('a customer whose process was lost', () => {
  it('hears what came of the talk that its script had not gone on from', () => {
    const ended = { joinedAt: 1, takenAt: 2, endedAt: 3, result: 'connected', servedBy: 1 } as const;
    const left = talk().act(partyLeft(1)).visit;
    expect(left.contact.endedBy).toBe('agent');
    expect(formerStay(contactOf(left), keptOf(left, { ended }))).toEqual({ kind: 'left', ...ended });
    expect(formerStay(contactOf(left), keptOf(left))).toBeUndefined();
    expect(talkTakenUp(contactOf(left), keptOf(left), new Set(['CA1']))).toBeUndefined();
  });

  it('waits on for a second agent, whom its script wants after the first', () => {
    const again = talk().act(partyLeft(1), wantAgent({ ...serve, id: 'QE2', enqueuedAt: 9 })).visit;
    expect(formerStay(contactOf(again), keptOf(again))).toEqual({ kind: 'waits', joinedAt: 9 });
  });

  it('waits on since it was queued, where it waited', () => {
    const waiting: Contact = { ...contactOf(fresh), status: 'queued', queuedAt: 7 };
    expect(formerStay(waiting)).toEqual({ kind: 'waits', joinedAt: 7 });
    expect(formerStay({ ...waiting, status: 'ringing' })).toEqual({ kind: 'waits', joinedAt: 7 });
    expect(formerStay({ ...waiting, status: 'ivr' })).toBeUndefined();
    expect(formerStay({ ...waiting, status: 'inProgress', acceptedAt: 8 })).toBeUndefined();
  });
});
