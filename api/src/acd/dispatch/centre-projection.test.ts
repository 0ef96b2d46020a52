import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveAgent, queueEntry } from '../live-records.fixture.js';
import type { LiveAgent, LiveRecord, QueueEntry } from '../live-records.js';
import { group } from '../routing/route.fixture.js';
import type { RoutingGroup } from '../routing/snapshot.js';
import { CentreProjection } from './centre-projection.js';

const groupIds = ['G1', 'G2', 'G3'];
const agentIds = ['A1', 'A2', 'A3'];
const entryIds = ['E1', 'E2', 'E3', 'E4', 'E5'];

type Change =
  | { readonly kind: 'agent' | 'entry'; readonly id: string; readonly record?: LiveRecord }
  | { readonly kind: 'group'; readonly group: RoutingGroup };

const someGroups = fc.subarray(groupIds);
const anyAgent = fc
  .record({
    id: fc.constantFrom(...agentIds),
    status: fc.constantFrom('free', 'busy', 'rest', 'offline'),
    in: someGroups,
    rings: fc.boolean(),
  })
  .map(({ id, status, in: groups, rings }): LiveAgent => {
    const skillGroups = groups.map((skillGroupId) => ({ skillGroupId, priority: 3 }));
    const ringing = rings && status === 'free' ? { offerId: 'OF1' } : {};
    return { ...liveAgent(id, { skillGroups }), status: status as LiveAgent['status'], ...ringing };
  });
const anyEntry = fc
  .record({
    id: fc.constantFrom(...entryIds),
    state: fc.constantFrom('arriving', 'waiting', 'offered', 'turnedAway'),
    skillGroupId: fc.constantFrom(...groupIds),
    enqueuedAt: fc.nat(9),
    priority: fc.nat(2),
    only: fc.boolean(),
    named: fc.subarray(agentIds),
    nodeId: fc.constantFrom('n1', 'n2'),
  })
  .map(({ id, state, only, named, ...rest }): QueueEntry => {
    const naming = only ? { onlyAgentIds: named } : { preferredAgentIds: named };
    return { ...queueEntry(id, { ...rest, ...naming }), state: state as QueueEntry['state'] };
  });
const anyGroup = fc
  .record({ id: fc.constantFrom(...groupIds), queuePriority: fc.nat(3), overflow: someGroups, ringAll: fc.boolean() })
  .map(({ id, queuePriority, overflow, ringAll }) => {
    const steps = overflow.map((skillGroupId) => ({ afterSeconds: 0, skillGroupId }));
    return group(id, { queuePriority, overflow: steps, strategy: ringAll ? 'ringAll' : 'longestIdle' });
  });
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  anyAgent.map((record) => ({ kind: 'agent' as const, id: record.id, record })),
  anyEntry.map((record) => ({ kind: 'entry' as const, id: record.id, record })),
  anyGroup.map((one) => ({ kind: 'group' as const, group: one })),
  fc.constantFrom(...agentIds).map((id) => ({ kind: 'agent' as const, id })),
  fc.constantFrom(...entryIds).map((id) => ({ kind: 'entry' as const, id })),
);

const noClaims = { agents: new Set<string>(), entries: new Map() };

/** All that routing may ask of it, with everything touched. */
function seen(projection: CentreProjection) {
  projection.touchAll();
  const { touched } = projection;
  for (const id of groupIds) touched.groups.add(id);
  for (const id of agentIds) touched.agents.add(id);
  const { agents, entries, waitingIn, seats } = projection.snapshot(touched, noClaims, 100, '2026-01-01');
  return {
    agents: agents.map(({ id }) => id).sort(),
    entries: entries.map(({ id }) => id).sort(),
    lines: groupIds.map((id) => projection.line(id).map((entry) => entry.id)),
    waiting: groupIds.map(waitingIn),
    online: groupIds.map((id) => seats.group(id).online),
    nodes: [...projection.nodes.nodes].sort(),
  };
}

describe('what the routing node knows', () => {
  it('is the same whether it followed every change or read the state anew', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 60 }), (changes) => {
        const groups = new Map<string, RoutingGroup>();
        const followed = new CentreProjection(groups);
        for (const change of changes) {
          if (change.kind === 'group') {
            groups.set(change.group.id, change.group);
            followed.groupChanged(change.group.id);
          } else followed.apply(change);
        }
        const read = new CentreProjection(groups);
        const records = { agents: [...followed.agents.values()], entries: [...followed.entries.values()], offers: [] };
        read.load({ epoch: 'e', sequence: 1, ...records });
        expect(seen(followed)).toEqual(seen(read));
      }),
      { numRuns: 1000 },
    );
  });
});
