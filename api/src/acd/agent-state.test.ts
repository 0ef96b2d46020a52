import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentSignal } from './agent-signal.js';
import { isAvailable, newLiveAgent, nextAgent, offlineAt } from './agent-state.js';
import { online } from './live-records.fixture.js';
import type { AgentStatus, LiveAgent } from './live-records.js';

const restReasons = ['meal', 'meeting'];
const ask = (status: 'free' | 'notReady' | 'rest', restReason?: string): AgentSignal => ({
  type: 'ask',
  status,
  restReason,
  restReasons,
  by: 'agent',
  byId: 'AG1',
});
const offer: AgentSignal = { type: 'offer', offerId: 'OF1' };
const accept: AgentSignal = { type: 'accept', offerId: 'OF1', contactId: 'CN1', nodeId: 'n1', day: '2026-01-01' };
const placeCall: AgentSignal = { type: 'placeCall', contactId: 'CN1', nodeId: 'n1' };
const ended = (afterCallWorkSeconds: number): AgentSignal => ({
  type: 'callEnded',
  contactId: 'CN1',
  afterCallWorkSeconds,
});
const workEnded: AgentSignal = { type: 'endAfterCallWork', by: 'agent' };
const goOffline: AgentSignal = { type: 'goOffline', why: 'loggedOut', by: 'agent' };
const missed = (afterMissedOffer: 'free' | 'rest'): AgentSignal => ({ type: 'miss', offerId: 'OF1', afterMissedOffer });

function after(signals: readonly AgentSignal[], from = fresh()): LiveAgent {
  let agent = from;
  let at = 1000;
  for (const signal of signals) agent = nextAgent(agent, signal, at++);
  return agent;
}

function fresh(reachableWithoutClient = true): LiveAgent {
  return newLiveAgent('AC1', 'AG1', { skillGroups: [], reachableWithoutClient }, 0);
}

describe('the status of an agent', () => {
  const rows: [name: string, signals: AgentSignal[], status: AgentStatus, restReason?: string][] = [
    ['AGENT-02 is free on going online, by the setting', [online], 'free'],
    ['AGENT-02 is not ready on going online, by the setting', [{ ...online, statusOnline: 'notReady' }], 'notReady'],
    ['AGENT-02 does not change where a second client goes online', [online, ask('notReady'), online], 'notReady'],
    ['AGENT-01 is what was asked for', [online, ask('notReady')], 'notReady'],
    ['AGENT-01 is at rest for a reason', [online, ask('rest', 'meal')], 'rest', 'meal'],
    [
      'AGENT-01 is at rest for another reason',
      [online, ask('rest', 'meal'), ask('rest', 'meeting')],
      'rest',
      'meeting',
    ],
    ['AGENT-01 has no rest reason once free', [online, ask('rest', 'meal'), ask('free')], 'free'],
    ['AGENT-01 is offline once logged out', [online, goOffline], 'offline'],
    ['AGENT-01 is busy in a queued call', [online, offer, accept], 'busy'],
    ['AGENT-01 is busy in a call it places while not ready', [online, ask('notReady'), placeCall], 'busy'],
    ['AGENT-01 is busy in a call it places at rest', [online, ask('rest', 'meal'), placeCall], 'busy'],
    ['AGENT-01 stays busy whatever it asks for', [online, offer, accept, ask('rest', 'meal')], 'busy'],
    [
      'AGENT-01 gets what it asked for during the call after it',
      [online, offer, accept, ask('rest', 'meal'), ended(0)],
      'rest',
      'meal',
    ],
    [
      'AGENT-01 gets what it asked for last during the call',
      [online, offer, accept, ask('rest', 'meal'), ask('free'), ended(0)],
      'free',
    ],
    [
      'AGENT-01 gets what it asked for during the call after after-call work',
      [online, offer, accept, ask('notReady'), ended(10), workEnded],
      'notReady',
    ],
    ['AGENT-01 goes offline after the call it was in', [online, offer, accept, goOffline, ended(0)], 'offline'],
    ['SOFTIN-13 is in after-call work after a call', [online, offer, accept, ended(10)], 'afterCallWork'],
    ['SOFTIN-13 is in after-call work after a call out too', [online, placeCall, ended(10)], 'afterCallWork'],
    ['SOFTIN-13 ends after-call work by hand', [online, offer, accept, ended(10), workEnded], 'free'],
    ['SOFTIN-14 calls again from after-call work', [online, offer, accept, ended(10), placeCall], 'busy'],
    [
      'INSET-02 returns to the status before the call',
      [online, ask('notReady'), placeCall, ended(10), workEnded],
      'notReady',
    ],
    [
      'INSET-02 returns to the rest before the call',
      [online, ask('rest', 'meal'), placeCall, ended(10), workEnded],
      'rest',
      'meal',
    ],
    [
      'INSET-02 returns to the status before the first of two calls',
      [online, ask('notReady'), placeCall, ended(10), placeCall, ended(10), workEnded],
      'notReady',
    ],
    ['INSET-02 returns at once where it is off', [online, ask('notReady'), placeCall, ended(0)], 'notReady'],
    [
      'INSET-02 is left by asking for a status',
      [online, offer, accept, ended(10), ask('rest', 'meal')],
      'rest',
      'meal',
    ],
    [
      'INSET-02 continues until ended by hand',
      [online, offer, accept, ended(10), { type: 'continueAfterCallWork' }],
      'afterCallWork',
    ],
    ['INSET-01 is free after a missed offer, by the setting', [online, offer, missed('free')], 'free'],
    [
      'INSET-01 is at rest after a missed offer, by the setting',
      [online, offer, missed('rest')],
      'rest',
      'missedOffer',
    ],
    [
      'stays busy where another contact ends',
      [online, placeCall, { ...ended(0), contactId: 'CN2' } as AgentSignal],
      'busy',
    ],
    ['is busy in a call that goes on after the state was lost', [{ ...placeCall, type: 'resumeCall' }], 'busy'],
  ];
  it.each(rows)('%s', (_, signals, status, restReason) => {
    const agent = after(signals);
    expect({ status: agent.status, restReason: agent.restReason }).toEqual({ status, restReason });
  });

  const refusals: [name: string, signals: AgentSignal[], signal: AgentSignal, code: string][] = [
    ['AGENT-01 rest for an unknown reason', [online], ask('rest', 'sleep'), 'rest-reason-unknown'],
    ['AGENT-01 rest without a reason', [online], ask('rest'), 'rest-reason-unknown'],
    ['AGENT-01 a status while offline', [], ask('free'), 'agent-status-not-allowed'],
    ['AGENT-01 a call out while offline', [], placeCall, 'agent-status-not-allowed'],
    ['AGENT-01 a call out while busy', [online, placeCall], placeCall, 'agent-status-not-allowed'],
    ['AGENT-01 a call out while a call rings', [online, offer], placeCall, 'agent-status-not-allowed'],
    ['AGENT-01 rest while a call rings', [online, offer], ask('rest', 'meal'), 'agent-status-not-allowed'],
    ['two offers', [online, offer], { type: 'offer', offerId: 'OF2' }, 'agent-status-not-allowed'],
    ['an answer to another offer', [online, offer], { ...accept, offerId: 'OF2' } as AgentSignal, 'offer-over'],
    ['an answer without an offer', [online], accept, 'offer-over'],
    ['SOFTIN-13 the end of work it is not in', [online], workEnded, 'agent-status-not-allowed'],
    ...(['notReady', 'rest'] as const).map((status): [string, AgentSignal[], AgentSignal, string] => [
      `AGENT-01 an offer while ${status}`,
      [online, ask(status, status === 'rest' ? 'meal' : undefined)],
      offer,
      'agent-status-not-allowed',
    ]),
    ['AGENT-01 an offer while busy', [online, placeCall], offer, 'agent-status-not-allowed'],
    ['SOFTIN-13 an offer in after-call work', [online, placeCall, ended(9)], offer, 'agent-status-not-allowed'],
    ['AGENT-01 an offer while offline', [], offer, 'agent-status-not-allowed'],
  ];
  it.each(refusals)('refuses %s', (_, signals, signal, code) => {
    const agent = after(signals);
    expect(() => nextAgent(agent, signal, 9000)).toThrow(expect.objectContaining({ code }));
  });

  it('SOFTIN-13 has an end of after-call work, and none once continued', () => {
    const agent = after([online, offer, accept, ended(10)]);
    expect(agent.afterCallWorkUntil).toBe(1003 + 10_000);
    expect(nextAgent(agent, { type: 'continueAfterCallWork' }, 2000)).not.toHaveProperty('afterCallWorkUntil');
  });

  it('AGENT-01 tells who changed it, why, from what, to what, when', () => {
    const byAdmin = { ...ask('rest', 'meal'), by: 'admin', byId: 'AG9' } as AgentSignal;
    expect(after([online, byAdmin]).lastChange).toEqual({
      number: 2,
      from: 'free',
      to: 'rest',
      restReason: 'meal',
      by: 'admin',
      byId: 'AG9',
      why: 'asked',
      at: 1001,
    });
    expect(after([online, offer, accept, ended(0)]).lastChange).toMatchObject({
      number: 3,
      from: 'busy',
      to: 'free',
      by: 'system',
      why: 'callEnded',
      contactId: 'CN1',
    });
  });

  it('ROUTE-01 is idle since it became free; a missed or refused offer begins it anew, a withdrawn one does not', () => {
    expect(after([online]).idleSince).toBe(1000);
    expect(after([online, offer, accept, ended(0)]).idleSince).toBe(1003);
    expect(after([online, offer, { type: 'withdraw', offerId: 'OF1' }]).idleSince).toBe(1000);
    expect(after([online, offer, { type: 'decline', offerId: 'OF1' }]).idleSince).toBe(1002);
    expect(after([online, offer, missed('free')]).idleSince).toBe(1002);
  });

  it('ROUTE-02 counts the calls answered on a day, and begins at 1 on the next', () => {
    const call = (day: string): AgentSignal[] => [offer, { ...accept, day } as AgentSignal, ended(0)];
    expect(after([online, ...call('2026-01-01'), ...call('2026-01-01')]).answered).toEqual({
      day: '2026-01-01',
      count: 2,
    });
    expect(after([online, ...call('2026-01-01'), ...call('2026-01-02')]).answered).toEqual({
      day: '2026-01-02',
      count: 1,
    });
    expect(after([online, placeCall, ended(0)]).answered.count).toBe(0);
  });

  it('is watched from the loss of its last client, unless a phone can be rung', () => {
    const client = (id: string) => ({ type: 'clientConnected', client: { id, nodeId: 'n1' } }) as const;
    const lost = (clientId: string) => ({ type: 'clientLost', clientId }) as const;
    const two = after([client('a'), client('b'), online], fresh(false));
    expect(offlineAt(two, 30_000)).toBeUndefined();
    const one = nextAgent(two, lost('a'), 5000);
    expect(offlineAt(one, 30_000)).toBeUndefined();
    const none = nextAgent(one, lost('b'), 6000);
    expect(offlineAt(none, 30_000)).toBe(36_000);
    expect(nextAgent(none, lost('b'), 7000)).toBe(none);
    expect(offlineAt(nextAgent(none, client('c'), 7000), 30_000)).toBeUndefined();
    expect(offlineAt(nextAgent(none, placeCall, 7000), 30_000)).toBeUndefined();
    expect(offlineAt(after([online], fresh(false)), 30_000)).toBe(31_000);
    expect(offlineAt(after([online]), 30_000)).toBeUndefined();
  });

  describe('who could not be reached', () => {
    const notReached: AgentSignal = { type: 'notReached', offerId: 'OF1' };
    const marked = after([online, offer, notReached]);

    it('stays free, but is not available', () => {
      expect(marked).toMatchObject({ status: 'free', unreachable: { since: 1002 } });
      expect([isAvailable(after([online])), isAvailable(marked)]).toEqual([true, false]);
      expect(marked).not.toHaveProperty('offerId');
      expect(() => nextAgent(marked, { ...offer, offerId: 'OF2' } as AgentSignal, 9000)).toThrow('cannot be reached');
      expect(marked.unreachable).not.toHaveProperty('until');
    });

    it('is tried again after a minute where its mobile is rung', () => {
      const mobile = newLiveAgent(
        'AC1',
        'AG1',
        { skillGroups: [], reachableWithoutClient: true, mobileRings: true },
        0,
      );
      expect(after([online, offer, notReached], mobile).unreachable).toEqual({ since: 1002, until: 61_002 });
    });

    const client = { id: 'a', nodeId: 'n1' };
    it.each<[string, AgentSignal]>([
      ['a phone of it registers', { type: 'reachableAgain' }],
      ['a client connects', { type: 'clientConnected', client }],
      ['it asks for calls', ask('free')],
      ['it is asked to be online', { ...online, statusOnline: 'notReady' }],
      ['it places a call', placeCall],
      ['its record is changed', { type: 'profileChanged', profile: { skillGroups: [], reachableWithoutClient: true } }],
    ])('is available again when %s', (_, signal) => {
      expect(nextAgent(marked, signal, 9000)).not.toHaveProperty('unreachable');
    });

    it('stays so while a client that is there says so again, or goes', () => {
      const withClient = after([{ type: 'clientConnected', client }, online, offer, notReached]);
      expect(nextAgent(withClient, { type: 'clientConnected', client }, 9000)).toBe(withClient);
      expect(isAvailable(nextAgent(withClient, { type: 'clientLost', clientId: 'a' }, 9000))).toBe(false);
    });
  });

  it('never has an offer outside free, a contact outside busy, or work to end outside after-call work', () => {
    const signals: AgentSignal[] = [
      ...[online, ask('free'), ask('notReady'), ask('rest', 'meal'), offer, accept, placeCall, ended(0), ended(5)],
      ...[workEnded, goOffline, missed('free'), missed('rest'), { type: 'continueAfterCallWork' } as const],
      ...[{ ...placeCall, type: 'resumeCall' } as const, { type: 'decline', offerId: 'OF1' } as const],
      ...[{ type: 'notReached', offerId: 'OF1' } as const, { type: 'reachableAgain' } as const],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...signals), { maxLength: 40 }), (steps) => {
        let agent = fresh();
        steps.forEach((signal, at) => {
          try {
            const next = nextAgent(agent, signal, at);
            const changed = next.lastChange.number - agent.lastChange.number;
            expect(changed).toBe(next.lastChange === agent.lastChange ? 0 : 1);
            if (next.status !== agent.status)
              expect(next.lastChange).toMatchObject({ from: agent.status, to: next.status, at });
            agent = next;
          } catch (error) {
            expect(error).toHaveProperty('code');
          }
          if (agent.offerId !== undefined) expect(agent.status).toBe('free');
          if (signal.type === 'offer' && agent.unreachable) expect(agent.offerId).toBeUndefined();
          expect(agent.contactId !== undefined).toBe(agent.status === 'busy');
          expect(agent.contactNodeId !== undefined).toBe(agent.status === 'busy');
          if (agent.afterCallWorkUntil !== undefined) expect(agent.status).toBe('afterCallWork');
          if (agent.reserved) expect(['busy', 'afterCallWork']).toContain(agent.status);
          expect(agent.restReason !== undefined).toBe(agent.status === 'rest');
        });
      }),
    );
  });
});
