import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import { describe, expect, it } from 'vitest';
import type { MediaNodeReport, NodeState } from '../nodes/index.js';
import { edgeNodes, type KeptNode } from './edge-plan.js';

const node = (nodeId: string, total = 0, media: Partial<MediaNodeReport> | undefined = {}): NodeState => ({
  nodeId,
  counts: { total, accounts: {}, trunks: {} },
  media: {
    sip: [`udp:10.0.0.${nodeId}:5060`],
    maxCalls: 100,
    lagMs: 0,
    busy: 0,
    version: '0.1.0',
    startedAt: 0,
    reportedAt: 0,
    ...media,
  },
});
const kept = (id: string, more: Partial<KeptNode> = {}): KeptNode => ({
  address: `udp:10.0.0.${id}:5060`,
  state: 'active',
  weight: 100,
  mark: dialogMark(id),
  seenAt: 0,
  ...more,
});

describe('the nodes that the edge is told', () => {
  it('are those with a lease and an engine, at the first address it can reach', () => {
    const tls = node('2', 0, { sip: ['tls:10.0.0.2:5061', 'tcp:10.0.0.2:5060'] });
    const noEngine: NodeState = { nodeId: 'api', counts: { total: 0, accounts: {}, trunks: {} } };
    expect(edgeNodes([node('1'), tls, noEngine], [], 7)).toEqual([
      kept('2', { address: 'tcp:10.0.0.2:5060', seenAt: 7 }),
      kept('1', { seenAt: 7 }),
    ]);
  });

  it.each([
    [0, undefined, 100],
    [50, undefined, 60],
    [99, undefined, 10],
    [250, undefined, 10],
    [6, 100, 100],
    [12, 100, 90],
    [45, 60, 60],
    [40, 60, 60],
    [30, 60, 70],
  ])('weigh by their room: %i of 100 calls, before %s: %i', (total, before, weight) => {
    const known = before === undefined ? [] : [kept('1', { weight: before })];
    expect(edgeNodes([node('1', total)], known, 0)[0]?.weight).toBe(weight);
  });

  it('get nothing new while they drain', () => {
    const drain = { since: 0, stops: false };
    expect(edgeNodes([node('1', 3, { drain })], [kept('1')], 0)[0]?.state).toBe('draining');
  });

  it('stay for what belongs to their calls for 15 s after their lease is gone', () => {
    const before = [kept('1'), kept('2', { seenAt: 1_000 })];
    expect(edgeNodes([node('1')], before, 15_999)[1]).toEqual(kept('2', { state: 'draining', seenAt: 1_000 }));
    expect(edgeNodes([node('1')], before, 16_000)).toEqual([kept('1', { seenAt: 16_000 })]);
  });

  it('stay as they were where all leases are gone at once: Redis forgot them', () => {
    const before = [kept('1'), kept('2', { state: 'draining' })];
    expect(edgeNodes([], before, 60_000)).toBe(before);
  });
});
