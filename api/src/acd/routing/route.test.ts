import { describe, expect, it } from 'vitest';
import { ringAllMost } from './choose-agent.js';
import { askAgainAfterMs, emptySeatsGraceMs, widensAt } from './eligibility.js';
import { agent, entry, group, inGroups, nobodySince, now, snapshot } from './route.fixture.js';
import { route } from './route.js';

type Given = Parameters<typeof snapshot>[0];

/** `E1:A1` for an offer, `E1:A1+A2` for several, `E1+` let in, `E1-queueFull` turned away; in the order decided. */
function decide(given: Given): string[] {
  return route(snapshot(given)).map((decision) => {
    if (decision.type === 'offer') {
      return `${decision.entryId}:${decision.offers.map(({ agentId }) => agentId).join('+')}`;
    }
    return decision.type === 'admit' ? `${decision.entryId}+` : `${decision.entryId}-${decision.why}`;
  });
}

const because = (given: Given) =>
  route(snapshot(given)).flatMap((decision) => (decision.type === 'offer' ? decision.offers[0]!.because : []));

const idle = (ms: number) => ({ idleSince: now - ms });
const answered = (count: number, on = '2026-01-01') => ({ answered: { day: on, count } });
const priority = (value: number) => ({ skillGroups: [{ skillGroupId: 'G1', priority: value }] });
const fewest = [group('G1', { strategy: 'fewestCalls' as const })];
const byPriority = [group('G1', { strategy: 'priority' as const })];
const robin = [group('G1', { strategy: 'roundRobin' as const })];
const all = [group('G1', { strategy: 'ringAll' as const })];
const lastServed = [group('G1', { lastServedFirst: true })];
const overflow = (...steps: [afterSeconds: number, skillGroupId: string][]) => [
  group('G1', { overflow: steps.map(([afterSeconds, skillGroupId]) => ({ afterSeconds, skillGroupId })) }),
  group('G2', { strategy: 'fewestCalls' }),
  group('G3'),
];
const declined = (agentId: string, ago: number) => ({ declined: [{ agentId, at: now - ago }] });

describe('who is asked', () => {
  const rows: [name: string, given: Given, decided: string[]][] = [
    [
      'ROUTE-01 the agent idle for the longest time',
      { agents: [agent('A1', idle(5)), agent('A2', idle(9)), agent('A3', idle(7))], entries: [entry('E1')] },
      ['E1:A2'],
    ],
    [
      'ROUTE-01 three simultaneous calls ring agents in the order of their idle time',
      {
        agents: [agent('A1', idle(5)), agent('A2', idle(9)), agent('A3', idle(7))],
        entries: ['E1', 'E2', 'E3'].map((id) => entry(id, { state: 'arriving' })),
      },
      ['E1:A2', 'E2:A3', 'E3:A1'],
    ],
    [
      'ROUTE-02 the agent who answered the fewest calls today',
      {
        agents: [agent('A1', answered(3)), agent('A2', answered(1)), agent('A3', answered(2))],
        entries: [entry('E1')],
        groups: fewest,
      },
      ['E1:A2'],
    ],
    [
      'ROUTE-02 ties go to the longest idle, and yesterday does not count',
      {
        agents: [
          agent('A1', { ...answered(1), ...idle(90) }),
          agent('A2', { ...answered(9, '2025-12-31'), ...idle(5) }),
          agent('A3', { ...answered(0), ...idle(7) }),
        ],
        entries: [entry('E1')],
        groups: fewest,
      },
      ['E1:A3'],
    ],
    [
      'ROUTE-03 the agent with priority 1 before 3, whoever is idle longer',
      {
        agents: [agent('A1', { ...priority(3), ...idle(99) }), agent('A2', priority(1))],
        entries: [entry('E1')],
        groups: byPriority,
      },
      ['E1:A2'],
    ],
    [
      'ROUTE-03 the agent with 3 where 1 is busy; of equal ones the longest idle',
      {
        agents: [agent('A1', idle(5)), agent('A2', idle(6)), agent('A3', priority(5))],
        entries: [entry('E1')],
        groups: byPriority,
      },
      ['E1:A2'],
    ],
    [
      'SKILL-02 the priority in the group of the call, not in another',
      {
        agents: [
          agent('A1', {
            skillGroups: [
              { skillGroupId: 'G1', priority: 5 },
              { skillGroupId: 'G2', priority: 1 },
            ],
          }),
          agent('A2', {
            skillGroups: [
              { skillGroupId: 'G1', priority: 2 },
              { skillGroupId: 'G2', priority: 4 },
            ],
          }),
        ],
        entries: [entry('E1')],
        groups: [...byPriority, group('G2')],
      },
      ['E1:A2'],
    ],
    [
      'round robin: whose last offer is oldest',
      {
        agents: [
          agent('A1', { lastOfferedAt: 7 }),
          agent('A2', { lastOfferedAt: 3 }),
          agent('A3', { lastOfferedAt: 5 }),
        ],
        entries: [entry('E1')],
        groups: robin,
      },
      ['E1:A2'],
    ],
    [
      'ring all: every free member at once',
      {
        agents: [agent('A1', idle(1)), agent('A2', idle(2)), agent('A9', inGroups('G2'))],
        entries: [entry('E1')],
        groups: all,
      },
      ['E1:A2+A1'],
    ],
    [
      'ring all: those too who become free while it rings, after those who wait',
      {
        agents: [agent('A2', idle(9)), agent('A3')],
        entries: [
          entry('E1', { state: 'offered', offerIds: ['OF1'] }),
          entry('E2', { onlyAgentIds: ['A2'], enqueuedAt: now }),
        ],
        groups: all,
      },
      ['E2:A2', 'E1:A3'],
    ],
    [
      'no more for a call that rings otherwise',
      { agents: [agent('A1')], entries: [entry('E1', { state: 'offered', offerIds: ['OF1'] })] },
      [],
    ],
    [
      'ROUTE-04 who served the caller last, before the strategy',
      {
        agents: [agent('A1', idle(99)), agent('A2')],
        entries: [entry('E1', { lastServedAgentId: 'A2' })],
        groups: lastServed,
      },
      ['E1:A2'],
    ],
    [
      'ROUTE-04 the strategy where who served last is not free',
      {
        agents: [agent('A1', idle(99)), agent('A2')],
        entries: [entry('E1', { lastServedAgentId: 'A7' })],
        groups: lastServed,
      },
      ['E1:A1'],
    ],
    [
      'ROUTE-04 nobody who left the group since',
      {
        agents: [agent('A1'), agent('A2', inGroups('G2'))],
        entries: [entry('E1', { lastServedAgentId: 'A2' })],
        groups: lastServed,
      },
      ['E1:A1'],
    ],
    [
      'ROUTE-04 not where the group does not want it',
      { agents: [agent('A1', idle(99)), agent('A2')], entries: [entry('E1', { lastServedAgentId: 'A2' })] },
      ['E1:A1'],
    ],
    [
      'IVR-20 the second group where nobody of the first is free',
      { agents: [agent('A2', inGroups('G2'))], entries: [entry('E1')], groups: overflow([0, 'G2']) },
      ['E1:A2'],
    ],
    [
      'IVR-20 the first group as long as somebody is free',
      {
        agents: [agent('A1', idle(1)), agent('A2', { ...inGroups('G2'), ...idle(99) })],
        entries: [entry('E1')],
        groups: overflow([0, 'G2']),
      },
      ['E1:A1'],
    ],
    [
      'IVR-20 not before the step is due',
      {
        agents: [agent('A2', inGroups('G2'))],
        entries: [entry('E1', { enqueuedAt: now - 4999 })],
        groups: overflow([5, 'G2']),
      },
      [],
    ],
    [
      'IVR-20 from when the step is due, in the order of the steps, by the other group’s strategy',
      {
        agents: [
          agent('A2', { ...inGroups('G2'), ...idle(99), ...answered(4) }),
          agent('A3', { ...inGroups('G2'), ...answered(2) }),
          agent('A4', { ...inGroups('G3'), ...idle(200) }),
        ],
        entries: [entry('E1', { enqueuedAt: now - 5000 })],
        groups: overflow([5, 'G2'], [0, 'G3']),
      },
      ['E1:A3'],
    ],
    [
      'preferred agents in their order, before last served and strategy, whatever their group',
      {
        agents: [agent('A1', idle(99)), agent('A2'), agent('A3', inGroups('G9'))],
        entries: [entry('E1', { preferredAgentIds: ['A7', 'A3', 'A2'], lastServedAgentId: 'A1' })],
        groups: lastServed,
      },
      ['E1:A3'],
    ],
    [
      'OUTSET-07 the group where no preferred agent is free',
      { agents: [agent('A1')], entries: [entry('E1', { preferredAgentIds: ['A7'] })] },
      ['E1:A1'],
    ],
    [
      'OUTSET-06 nobody but the agents given',
      { agents: [agent('A1', idle(99)), agent('A2')], entries: [entry('E1', { onlyAgentIds: ['A7', 'A2'] })] },
      ['E1:A2'],
    ],
    [
      'OUTSET-06 it waits where they are not free',
      { agents: [agent('A1')], entries: [entry('E1', { onlyAgentIds: ['A7'], state: 'arriving' })] },
      ['E1+'],
    ],
    [
      'INSET-01 another agent after one who missed it',
      { agents: [agent('A1', idle(99)), agent('A2')], entries: [entry('E1', declined('A1', 1))] },
      ['E1:A2'],
    ],
    [
      'INSET-01 not the same at once where nobody else is free',
      { agents: [agent('A1')], entries: [entry('E1', declined('A1', askAgainAfterMs - 1))] },
      [],
    ],
    [
      'INSET-01 the same after a pause where nobody else is free',
      { agents: [agent('A1')], entries: [entry('E1', declined('A1', askAgainAfterMs))] },
      ['E1:A1'],
    ],
    [
      'INSET-01 somebody of an overflow group rather than who missed it',
      {
        agents: [agent('A1', idle(99)), agent('A2', inGroups('G2'))],
        entries: [entry('E1', declined('A1', 60_000))],
        groups: overflow([0, 'G2']),
      },
      ['E1:A2'],
    ],
    [
      'a higher priority of the call first, then the place in line',
      {
        agents: [agent('A1')],
        entries: [
          entry('E1', { enqueuedAt: 1 }),
          entry('E2', { priority: 1, enqueuedAt: 9 }),
          entry('E3', { priority: 1, enqueuedAt: 8 }),
        ],
      },
      ['E3:A1'],
    ],
    [
      'a higher priority of the group first where an agent is in both',
      {
        agents: [agent('A1', inGroups('G1', 'G2'))],
        entries: [entry('E1', { enqueuedAt: 1 }), entry('E2', { skillGroupId: 'G2' })],
        groups: [group('G1'), group('G2', { queuePriority: 10 })],
      },
      ['E2:A1'],
    ],
    [
      'the priorities of call and group together',
      {
        agents: [agent('A1', inGroups('G1', 'G2'))],
        entries: [entry('E1', { priority: 11 }), entry('E2', { skillGroupId: 'G2', enqueuedAt: 1 })],
        groups: [group('G1'), group('G2', { queuePriority: 10 })],
      },
      ['E1:A1'],
    ],
    ['a call of a group that was deleted', { agents: [agent('A1')], entries: [entry('E1')], groups: [] }, ['E1:A1']],
    ['an arriving call that nobody can take waits', { entries: [entry('E1', { state: 'arriving' })] }, ['E1+']],
    [
      'one that was turned away is left alone',
      { agents: [agent('A1')], entries: [entry('E1', { state: 'turnedAway' })] },
      [],
    ],
    [
      'IVR-18 an arriving call is turned away at once where nobody is there',
      { entries: [entry('E1', { state: 'arriving' })], seats: nobodySince(now) },
      ['E1-noSeatOnline'],
    ],
    [
      'IVR-18 it waits where somebody of an overflow group is there',
      { entries: [entry('E1', { state: 'arriving' })], groups: overflow([60, 'G2']), seats: nobodySince(0, ['G2']) },
      ['E1+'],
    ],
    [
      'IVR-18 it waits where a preferred agent is there',
      { entries: [entry('E1', { state: 'arriving', preferredAgentIds: ['A2'] })], seats: nobodySince(0, ['A2']) },
      ['E1+'],
    ],
    [
      'IVR-18 it is turned away where the only agents are not there, whoever else is',
      { entries: [entry('E1', { state: 'arriving', onlyAgentIds: ['A2'] })], seats: nobodySince(0, ['G1']) },
      ['E1-noSeatOnline'],
    ],
    [
      'OUTSET-06 it waits for its agent where it was told to',
      { entries: [entry('E1', { state: 'arriving', onlyAgentIds: ['A2'], onNoSeat: 'wait' })], seats: nobodySince(0) },
      ['E1+'],
    ],
    [
      'IVR-18 a waiting call stays while nobody is there for a moment',
      { entries: [entry('E1')], seats: nobodySince(now - emptySeatsGraceMs + 1) },
      [],
    ],
    [
      'IVR-18 a waiting call is turned away where nobody has been there for a while',
      { entries: [entry('E1'), entry('E2', { onNoSeat: 'wait' })], seats: nobodySince(now - emptySeatsGraceMs) },
      ['E1-noSeatOnline'],
    ],
    [
      'queueFull for those beyond the most, in the order of arrival',
      {
        entries: [
          entry('E1'),
          entry('E4', { state: 'arriving', enqueuedAt: now - 1 }),
          entry('E3', { state: 'arriving', enqueuedAt: now - 2 }),
        ],
        groups: [group('G1', { maxWaiting: 2 })],
      },
      ['E3+', 'E4-queueFull'],
    ],
    [
      'no queueFull for a call that is served at once',
      {
        agents: [agent('A1')],
        entries: [entry('E1', { state: 'arriving' })],
        groups: [group('G1', { maxWaiting: 0 })],
      },
      ['E1:A1'],
    ],
    [
      'no queueFull by calls that ring, or for calls that wait already',
      {
        entries: [entry('E0', { state: 'offered' }), entry('E1'), entry('E2'), entry('E3', { state: 'arriving' })],
        groups: [group('G1', { maxWaiting: 1 })],
      },
      ['E3-queueFull'],
    ],
  ];
  it.each(rows)('%s', (_, given, decided) => {
    expect(decide(given)).toEqual(decided);
  });

  it('at most so many ring at once', () => {
    const agents = Array.from({ length: ringAllMost + 5 }, (_, at) => agent(`A${at}`));
    const [decision] = route(snapshot({ agents, entries: [entry('E1')], groups: all }));
    expect(decision).toMatchObject({ type: 'offer' });
    expect(decision?.type === 'offer' && decision.offers).toHaveLength(ringAllMost);
    const more = { state: 'offered', offerIds: Array(ringAllMost - 1).fill('x') } as const;
    const [joined] = route(snapshot({ agents, entries: [entry('E1', more)], groups: all }));
    expect(joined?.type === 'offer' && joined.offers).toHaveLength(1);
  });

  const reasons: [given: Given, because: object[]][] = [
    [{ agents: [agent('A1', idle(7))], entries: [entry('E1')] }, [{ code: 'longestIdle', idleMs: 7 }]],
    [
      { agents: [agent('A1', { ...idle(7), ...answered(2) })], entries: [entry('E1')], groups: fewest },
      [{ code: 'fewestCalls', answeredToday: 2, idleMs: 7 }],
    ],
    [
      { agents: [agent('A1', { ...idle(7), ...priority(2) })], entries: [entry('E1')], groups: byPriority },
      [{ code: 'priority', priority: 2, idleMs: 7 }],
    ],
    [{ agents: [agent('A1')], entries: [entry('E1')], groups: robin }, [{ code: 'roundRobin', lastOfferedAt: 0 }]],
    [{ agents: [agent('A1')], entries: [entry('E1')], groups: all }, [{ code: 'ringAll', among: 1 }]],
    [
      { agents: [agent('A1')], entries: [entry('E1', { preferredAgentIds: ['A9', 'A1'] })] },
      [{ code: 'preferredAgent', place: 2 }],
    ],
    [
      { agents: [agent('A1')], entries: [entry('E1', { lastServedAgentId: 'A1' })], groups: lastServed },
      [{ code: 'lastServed' }],
    ],
    [
      { agents: [agent('A1', idle(7))], entries: [entry('E1', { onlyAgentIds: ['A1'] })] },
      [{ code: 'onlyAgent' }, { code: 'longestIdle', idleMs: 7 }],
    ],
    [
      {
        agents: [agent('A1', { ...inGroups('G2'), ...idle(7) })],
        entries: [entry('E1', declined('A1', 20_000))],
        groups: overflow([0, 'G2']),
      },
      [
        { code: 'overflow', skillGroupId: 'G2', afterSeconds: 0 },
        { code: 'fewestCalls', answeredToday: 0, idleMs: 7 },
        { code: 'askedAgain', declinedAt: now - 20_000 },
      ],
    ],
  ];
  it.each(reasons)('says why %#', (given, expected) => {
    expect(because(given)).toEqual(expected);
  });
});

describe('when more agents may serve a call', () => {
  const groups = new Map(overflow([5, 'G2'], [9, 'G3']).map((one) => [one.id, one]));
  it('the next overflow step, or the end of the pause after a refusal', () => {
    expect(widensAt(entry('E1', { enqueuedAt: now }), groups, now)).toBe(now + 5000);
    expect(widensAt(entry('E1', { enqueuedAt: now - 5000 }), groups, now)).toBe(now + 4000);
    expect(widensAt(entry('E1', { enqueuedAt: now, ...declined('A1', askAgainAfterMs - 300) }), groups, now)).toBe(
      now + 300,
    );
    expect(widensAt(entry('E1', { enqueuedAt: now - 9000 }), groups, now)).toBeUndefined();
    expect(widensAt(entry('E1', { enqueuedAt: now, onlyAgentIds: ['A1'] }), groups, now)).toBeUndefined();
  });
});
