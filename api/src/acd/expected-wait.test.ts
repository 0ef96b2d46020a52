import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { expectedWait, queuePlaces } from './expected-wait.js';
import { liveAgent, queueEntry } from './live-records.fixture.js';
import type { LiveAgent } from './live-records.js';
import { group } from './routing/route.fixture.js';

const groups = new Map([group('SG1'), group('SG2')].map((one) => [one.id, one]));
const agent = (id: string, given: Partial<LiveAgent> = {}) => liveAgent(id, { handleMs: 60_000, ...given });
const both = { skillGroups: ['SG1', 'SG2'].map((skillGroupId) => ({ skillGroupId, priority: 3 })) };

describe('the place in the queue', () => {
  it('IVR-15 is the number of those ahead and oneself, by the order in which calls are served', () => {
    const entries = [
      queueEntry('E1', { enqueuedAt: 3000 }),
      queueEntry('E2', { enqueuedAt: 1000 }),
      queueEntry('E3', { enqueuedAt: 2000 }),
      queueEntry('E4', { enqueuedAt: 9000, priority: 5 }),
      queueEntry('E5', { skillGroupId: 'SG2' }),
    ];
    const places = queuePlaces('SG1', { agents: [agent('A1')], entries }, groups, 10_000);
    expect(places.map(({ entry, position, waitedMs }) => [entry.id, position, waitedMs])).toEqual([
      ['E4', 1, 1000],
      ['E2', 2, 9000],
      ['E3', 3, 8000],
      ['E1', 4, 7000],
    ]);
    expect(places[0]!.size).toBe(4);
    const left = entries.filter(({ id }) => id !== 'E2');
    const after = queuePlaces('SG1', { agents: [agent('A1')], entries: left }, groups, 10_000);
    expect(after.find(({ entry }) => entry.id === 'E1')!.position).toBe(3);
  });

  it('has no expected wait where nobody is there', () => {
    const entries = [queueEntry('E1')];
    for (const agents of [[], [agent('A1', { status: 'rest' })], [agent('A1', { status: 'notReady' })]]) {
      expect(queuePlaces('SG1', { agents, entries }, groups, 0)[0]).not.toHaveProperty('expected');
    }
  });

  it('is shorter with more agents, longer with more ahead, and more uncertain where agents serve other queues too', () => {
    const wait = (agents: LiveAgent[], position = 1, others: string[] = []) => {
      const entries = Array.from({ length: position }, (_, at) => queueEntry(`E${at}`, { enqueuedAt: at }));
      const elsewhere = others.map((id) => queueEntry(id, { skillGroupId: 'SG2' }));
      const places = queuePlaces('SG1', { agents, entries: [...entries, ...elsewhere] }, groups, 0);
      return places[position - 1]!.expected!;
    };
    const [one, two] = [[agent('A1')], [agent('A1'), agent('A2')]];
    expect(wait(two).p50Ms).toBeLessThan(wait(one).p50Ms);
    expect(wait(one, 3).p90Ms).toBeGreaterThan(wait(one, 2).p90Ms);
    expect(wait([agent('A1', both)], 1, ['E9']).p90Ms).toBe(2 * wait([agent('A1', both)]).p90Ms);
    expect(wait([agent('A1', { handleMs: 120_000 })]).p50Ms).toBe(2 * wait(one).p50Ms);
  });

  it('is what half, and nine of ten, of simulated callers wait', () => {
    const random = seededRandom(1);
    for (const position of [1, 2, 3, 5, 10, 40]) {
      const waits = Array.from({ length: 20_000 }, () => {
        let sum = 0;
        for (let at = 0; at < position; at++) sum -= Math.log(1 - random.next()) * 10_000;
        return sum;
      }).sort((a, b) => a - b);
      const { p50Ms, p90Ms } = expectedWait(position, { least: 1e-4, most: 1e-4 });
      const below = (ms: number) => waits.filter((wait) => wait <= ms).length / waits.length;
      expect(below(p50Ms)).toBeCloseTo(0.5, 1);
      expect(Math.abs(below(p50Ms) - 0.5)).toBeLessThan(0.015);
      expect(Math.abs(below(p90Ms) - 0.9)).toBeLessThan(0.015);
    }
  });
});
