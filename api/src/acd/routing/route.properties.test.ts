import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askAgainAfterMs, declinedAt, servingGroups } from './eligibility.js';
import { compareEntries } from './order-entries.js';
import { agent, entry, group, now, snapshot } from './route.fixture.js';
import { route } from './route.js';
import type { RoutingAgent, RoutingEntry, RoutingSnapshot } from './snapshot.js';

const groupIds = ['G1', 'G2', 'G3', 'G4'];
const agentIds = Array.from({ length: 8 }, (_, at) => `A${at}`);
const someGroups = fc.subarray(groupIds);
const someAgents = fc.subarray(agentIds, { maxLength: 3 });

const anyAgent = (id: string) =>
  fc
    .record({
      idle: fc.nat(50),
      lastOfferedAt: fc.nat(5),
      count: fc.nat(3),
      today: fc.boolean(),
      memberships: someGroups,
      priority: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ idle, lastOfferedAt, count, today, memberships, priority }) =>
      agent(id, {
        idleSince: now - idle,
        lastOfferedAt,
        answered: { day: today ? '2026-01-01' : '2025-12-31', count },
        skillGroups: memberships.map((skillGroupId) => ({ skillGroupId, priority })),
      }),
    );

const anyEntry = (id: string) =>
  fc
    .record(
      {
        state: fc.constantFrom('arriving', 'waiting', 'offered', 'turnedAway'),
        skillGroupId: fc.constantFrom(...groupIds),
        enqueuedAt: fc.integer({ min: now - 20_000, max: now }),
        priority: fc.nat(2),
        onNoSeat: fc.constantFrom('turnAway', 'wait'),
        preferredAgentIds: someAgents,
        declined: fc.array(
          fc.record({ agentId: fc.constantFrom(...agentIds), at: fc.integer({ min: now - 20_000, max: now }) }),
          {
            maxLength: 3,
          },
        ),
        onlyAgentIds: someAgents,
        overflowSkillGroupIds: someGroups,
        lastServedAgentId: fc.constantFrom(...agentIds),
      } as const,
      {
        requiredKeys: ['state', 'skillGroupId', 'enqueuedAt', 'priority', 'onNoSeat', 'preferredAgentIds', 'declined'],
      },
    )
    .map((given) => entry(id, given));

const anyGroup = (id: string) =>
  fc
    .record({
      strategy: fc.constantFrom('longestIdle', 'fewestCalls', 'priority', 'roundRobin', 'ringAll'),
      lastServedFirst: fc.boolean(),
      queuePriority: fc.nat(2),
      maxWaiting: fc.nat(4),
      overflow: fc.array(fc.record({ afterSeconds: fc.nat(20), skillGroupId: fc.constantFrom(...groupIds) }), {
        maxLength: 2,
      }),
    } as const)
    .map((given) => group(id, given));

const anySnapshot = fc
  .record({
    agents: fc.tuple(...agentIds.map(anyAgent)).chain((agents) => fc.subarray(agents)),
    entries: fc
      .tuple(...Array.from({ length: 8 }, (_, at) => anyEntry(`E${at}`)))
      .chain((entries) => fc.shuffledSubarray(entries)),
    groups: fc.tuple(...groupIds.map(anyGroup)).chain((groups) => fc.subarray(groups)),
  })
  .map(snapshot);

/** Whether this agent may be asked for this call now: said once more, in other words than the code's. */
function mayServe(one: RoutingEntry, candidate: RoutingAgent, { groups }: RoutingSnapshot): boolean {
  const refused = declinedAt(one, candidate.id);
  if (refused !== undefined && now - refused < askAgainAfterMs) return false;
  if (one.onlyAgentIds) return one.onlyAgentIds.includes(candidate.id);
  if (one.preferredAgentIds.includes(candidate.id)) return true;
  const serving = servingGroups(one, groups, now).map(({ skillGroupId }) => skillGroupId);
  return candidate.skillGroups.some(({ skillGroupId }) => serving.includes(skillGroupId));
}

describe('routing, whatever comes', () => {
  it('asks no agent twice, decides on no call twice, and asks only who may serve it', () => {
    fc.assert(
      fc.property(anySnapshot, (given) => {
        const decisions = route(given);
        const asked = decisions.flatMap((decision) => (decision.type === 'offer' ? decision.offers : []));
        expect(new Set(asked.map(({ agentId }) => agentId)).size).toBe(asked.length);
        expect(new Set(decisions.map(({ entryId }) => entryId)).size).toBe(decisions.length);
        for (const decision of decisions) {
          if (decision.type !== 'offer') continue;
          const one = given.entries.find(({ id }) => id === decision.entryId)!;
          for (const { agentId } of decision.offers) {
            expect(mayServe(one, given.agents.find(({ id }) => id === agentId)!, given)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves no call waiting that a free agent may serve', () => {
    fc.assert(
      fc.property(anySnapshot, (given) => {
        const decisions = route(given);
        const offers = decisions.filter((decision) => decision.type === 'offer');
        const taken = new Set(offers.flatMap((decision) => decision.offers.map(({ agentId }) => agentId)));
        const served = new Set(offers.map(({ entryId }) => entryId));
        for (const one of given.entries) {
          if (served.has(one.id) || (one.state !== 'waiting' && one.state !== 'arriving')) continue;
          for (const candidate of given.agents) {
            expect(taken.has(candidate.id) || !mayServe(one, candidate, given)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives no agent to a call while one before it, who could have that agent, gets nobody', () => {
    fc.assert(
      fc.property(anySnapshot, (given) => {
        const compare = compareEntries(given.groups);
        const line = given.entries.filter(({ state }) => state === 'waiting' || state === 'arriving').sort(compare);
        const decisions = route(given);
        const served = new Map(
          decisions.flatMap((decision) =>
            decision.type === 'offer' ? [[decision.entryId, decision.offers] as const] : [],
          ),
        );
        line.forEach((before, place) => {
          if (served.has(before.id)) return;
          for (const after of line.slice(place + 1)) {
            for (const { agentId } of served.get(after.id) ?? []) {
              expect(mayServe(before, given.agents.find(({ id }) => id === agentId)!, given)).toBe(false);
            }
          }
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order in which agents and calls are given', () => {
    const reversed = (given: RoutingSnapshot) => ({
      ...given,
      agents: [...given.agents].reverse(),
      entries: [...given.entries].reverse(),
    });
    fc.assert(
      fc.property(anySnapshot, (given) => {
        expect(route(reversed(given))).toEqual(route(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('answers every arriving call: an offer, in or away', () => {
    fc.assert(
      fc.property(anySnapshot, (given) => {
        const decided = new Set(route(given).map(({ entryId }) => entryId));
        for (const one of given.entries) if (one.state === 'arriving') expect(decided.has(one.id)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
