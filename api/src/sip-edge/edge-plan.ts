import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import type { EdgeNode } from '@hookswitch/media/port/sip-edge';
import type { NodeState } from '../nodes/index.js';

/** A node as the edge was last told, and when its lease was last seen. */
export interface KeptNode extends EdgeNode {
  readonly seenAt: number;
}

/** A node whose lease is gone gets nothing new, but what belongs to its calls, for so long: it may only have lost touch with Redis. Milliseconds. */
const goneAfterMs = 15_000;
/** A weight is changed where the room it stands for is further off than this. */
const weightSlack = 8;

/**
 * The nodes that the edge should have: those with a lease, and for a while those that lost it. Where all did at once, Redis forgot, and everything stays
 * as it was. Pure; `now` in milliseconds.
 */
export function edgeNodes(alive: readonly NodeState[], before: readonly KeptNode[], now: number): readonly KeptNode[] {
  const reached = alive.flatMap((node): KeptNode[] => {
    const address = node.media?.sip.find((each) => /^(udp|tcp):/.test(each));
    if (address === undefined) return [];
    const known = before.find((each) => each.address === address);
    const state = node.media?.drain === undefined ? 'active' : 'draining';
    const mark = dialogMark(node.nodeId);
    return [{ address, state, weight: weightOf(node, known?.weight), mark, seenAt: now }];
  });
  if (reached.length === 0) return before;
  const addresses = new Set(reached.map(({ address }) => address));
  const missed = before
    .filter(({ address, seenAt }) => !addresses.has(address) && now - seenAt < goneAfterMs)
    .map((node): KeptNode => ({ ...node, state: 'draining' }));
  return [...reached, ...missed].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** 10 for a node without room to 100 for one without calls, in tens. */
function weightOf({ counts, media }: NodeState, before: number | undefined): number {
  const room = Math.max(0, 1 - counts.total / (media?.maxCalls ?? 1));
  const exact = 10 + 90 * room;
  if (before !== undefined && Math.abs(exact - before) <= weightSlack) return before;
  return Math.round(exact / 10) * 10;
}
