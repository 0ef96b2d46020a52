import { describe, expect, it } from 'vitest';
import {
  callAgentFirst,
  customerDialled,
  customerNotReached,
  customerRings,
  engaged,
  placedVisit,
} from './calling-out.js';
import { hangUp, partyLeft } from './leaving.js';
import { answered, notCome, stopWaiting, wantAgent } from './searching.js';
import { fresh, Play, search } from './visit.fixture.js';
import type { Effect, Placed } from './visit.js';

const line = '+861012345678';
const endpoint = { kind: 'phone', endpointId: 'SE1', type: 'staffSeat' } as const;

/** The agent AG1 calls, and its phone rings. */
function calls(to: Placed['to'] = { kind: 'customer', callers: [{ number: line }] }) {
  const internal = to.kind !== 'customer';
  const { participants: _, ...contact } = fresh.contact;
  const visit = placedVisit(
    {
      ...contact,
      direction: internal ? 'internal' : 'outbound',
      status: 'ringing',
      participants: internal ? [] : [{ sequence: 0, type: 'customer', startedAt: 0, heldMs: 0 }],
    },
    { endpoint, automatic: false, to, mobileCallerId: line },
  );
  return new Play(visit).act(callAgentFirst('AG1', 'staffSeat', 60_000));
}
const agentThere = (play: Play, sequence = 1) => play.act(answered(sequence, { type: 'staffSeat', callId: 'CA1' }));
const customerThere = answered(0, { type: 'customer', callId: 'CA0' });
const kinds = ({ effects }: Play) => effects.map(({ kind }) => kind);
const told = ({ effects }: Play) =>
  effects.flatMap((effect: Effect) => (effect.kind === 'tell' ? [`${effect.agentId} ${effect.tidings.event}`] : []));
const ends = ({ visit: { contact } }: Play) => [contact.status, contact.endCode, contact.endedBy];

describe('an agent calls a customer', () => {
  it('SOFTOUT-05 its own phone first; the customer is called when it has answered, and then they talk', () => {
    const play = calls();
    expect(kinds(play)).not.toContain('callCustomer');
    expect(play.visit.contact.status).toBe('ringing');
    agentThere(play);
    expect(play.effects).toContainEqual({
      kind: 'callCustomer',
      sequence: 0,
      number: fresh.contact.customer,
      callerId: line,
    });
    play.act(customerDialled('CA0'), customerRings(false));
    expect(play.visit.contact).toMatchObject({
      status: 'ringing',
      ringingAt: play.visit.contact.participants[0]!.ringingAt,
    });
    play.act(customerRings(true), customerThere);
    expect(play.visit.parties.map(({ role, state }) => `${role} ${state}`)).toEqual([
      'customer talking',
      'agent talking',
    ]);
    expect(play.visit.contact.status).toBe('inProgress');
    expect(play.visit.contact.acceptedAt).toBeDefined();
    play.act(partyLeft(0));
    expect(ends(play)).toEqual(['finished', 'ok', 'customer']);
    expect(told(play)).toEqual(['AG1 callOuted', 'AG1 calloutAccepted', 'AG1 sessionEnded']);
    expect(kinds(play).filter((kind) => kind === 'release')).toHaveLength(1);
  });

  it('SOFTOUT-05 shows the next of its numbers where the network refuses one, on behalf of the group that goes with it', () => {
    const callers = [
      { number: line, skillGroupId: 'SG1' },
      { number: '+8610', skillGroupId: 'SG2' },
      { number: '+8620' },
    ];
    const play = agentThere(calls({ kind: 'customer', callers }));
    play.act(customerDialled('CA0'), customerNotReached('callRestricted', 'system'));
    expect(play.visit.contact).toMatchObject({ status: 'ringing', line: '+8610', skillGroupId: 'SG2' });
    expect(play.visit.contact.participants[1]).toMatchObject({ skillGroupId: 'SG2' });
    expect(play.effects.at(-1)).toMatchObject({ kind: 'callCustomer', callerId: '+8610' });
    play.act(customerDialled('CA2'), customerNotReached('operatorError', 'system'));
    expect(play.visit.contact.participants[0]).toMatchObject({ callId: 'CA2' });
    expect(play.effects.at(-1)).toMatchObject({ kind: 'callCustomer', callerId: '+8620' });
    play.act(customerNotReached('carrierBlocked', 'system'));
    expect(ends(play)).toEqual(['finished', 'carrierBlocked', 'system']);
    expect(kinds(play).filter((kind) => kind === 'callCustomer')).toHaveLength(3);
  });

  it.each(['busy', 'notAnswer', 'numberNotExist', 'powerOff', 'restrictedArea'] as const)(
    'SOFTOUT-05 shows no other number where the call ends as %s, nor once a phone has rung',
    (code) => {
      const callers = [{ number: line }, { number: '+8610' }];
      const play = agentThere(calls({ kind: 'customer', callers })).act(customerNotReached(code, 'system'));
      expect(ends(play)).toEqual(['finished', code, 'system']);
      const rung = agentThere(calls({ kind: 'customer', callers }));
      rung.act(customerRings(false), customerNotReached('operatorError', 'system'));
      expect(ends(rung)).toEqual(['finished', 'operatorError', 'system']);
    },
  );

  it.each([
    ['declined', 'callerCancel'],
    ['missed', 'callerCancel'],
    ['unreachable', 'clientError'],
  ] as const)('an agent whose own phone is %s: nobody is called, and the agent is released', (why, code) => {
    const play = calls().act(notCome(1, why));
    expect(ends(play)).toEqual(['finished', code, 'agent']);
    expect(kinds(play)).not.toContain('callCustomer');
    expect(kinds(play).filter((kind) => kind === 'release')).toHaveLength(1);
    expect(told(play)).toEqual(['AG1 callOuted', 'AG1 sessionEnded']);
  });

  it('gives up before and while it rings', () => {
    expect(ends(agentThere(calls()).act(hangUp(1, 'agent')))).toEqual(['finished', 'callerCancel', 'agent']);
    const rang = agentThere(calls()).act(customerRings(false), partyLeft(1));
    expect(ends(rang)).toEqual(['finished', 'callerCancelWhileRing', 'agent']);
    expect(rang.effects).toContainEqual({ kind: 'hangUp', sequence: 0, elsewhere: false });
  });

  it('does not reach the customer, who may answer at the same moment only once', () => {
    const play = agentThere(calls()).act(customerNotReached('busy', 'customer'), customerThere);
    expect(ends(play)).toEqual(['finished', 'busy', 'customer']);
    const both = agentThere(calls()).act(customerThere, customerNotReached('busy', 'customer'));
    expect(both.visit.contact.status).toBe('inProgress');
  });

  it('the agent hangs up after the talk: there is no script to go back to', () => {
    const play = agentThere(calls()).act(customerThere, partyLeft(1));
    expect(ends(play)).toEqual(['finished', 'ok', 'agent']);
    expect(kinds(play)).not.toContain('scriptGoesOn');
  });

  it('a wait for another agent that comes to nothing ends it; while somebody talks it does not', () => {
    const talk = agentThere(calls()).act(customerThere, wantAgent(search('QE9', 'serve')));
    expect(talk.act(stopWaiting('QE9', 'timeout')).visit.contact.status).toBe('inProgress');
    const to = search('QE9', 'serve');
    const alone = agentThere(calls()).act(customerThere, wantAgent(to), partyLeft(1), stopWaiting('QE9', 'timeout'));
    expect(ends(alone)).toEqual(['finished', 'ok', 'system']);
  });
});

describe('an agent calls an agent', () => {
  const internal = () => agentThere(calls({ kind: 'agent', agentId: 'AG2' }), 0);

  it('AGENT-04 who counts as busy before its phone rings; both talk, and either ends it', () => {
    const play = internal();
    expect(kinds(play)).toContain('engage');
    expect(told(play)).toEqual(['AG1 callOuted']);
    play.act(engaged(1, 'AG2'), answered(1, { type: 'staffSeat', callId: 'CA2' }));
    expect(play.visit.contact).toMatchObject({ status: 'inProgress', acceptedAt: expect.any(Number) });
    expect(told(play)).toEqual(['AG1 callOuted', 'AG2 callIn', 'AG2 userAccessed', 'AG1 calloutAccepted']);
    play.act(partyLeft(0));
    expect(ends(play)).toEqual(['finished', 'ok', 'agent']);
    expect(kinds(play).filter((kind) => kind === 'release')).toHaveLength(2);
  });

  it('AGENT-04 who cannot be engaged: only the caller is released', () => {
    const play = internal().act(notCome(1, 'busy'));
    expect(ends(play)).toEqual(['finished', 'busy', 'system']);
    const released = play.effects.flatMap((effect) => (effect.kind === 'release' ? [effect.agentId] : []));
    expect(released).toEqual(['AG1']);
  });

  it('AGENT-04 who was engaged too late is released', () => {
    const play = internal().act(hangUp(0, 'agent'), engaged(1, 'AG2'));
    const released = play.effects.flatMap((effect) => (effect.kind === 'release' ? [effect.agentId] : []));
    expect(released.sort()).toEqual(['AG1', 'AG2']);
  });

  it('AGENT-04 on its mobile', () => {
    const play = agentThere(calls({ kind: 'mobile', agentId: 'AG2', number: '+8613900139000' }), 0);
    expect(play.effects).toContainEqual({
      kind: 'dial',
      sequence: 1,
      target: { kind: 'number', number: '+8613900139000', callerId: line },
    });
    play.act(notCome(1, 'missed'));
    expect(ends(play)).toEqual(['finished', 'notAnswer', 'timer']);
  });
});
