import type { LiveAgent, QueueEntry } from './live-records.js';
import { allGroups } from './routing/eligibility.js';
import { compareEntries } from './routing/order-entries.js';
import type { RoutingGroup } from './routing/snapshot.js';

/** Where a waiting call stands, and how long it may take until it is offered. */
export interface QueuePlace {
  readonly entry: QueueEntry;
  /** 1: the next one. */
  readonly position: number;
  /** How many calls wait in its line. */
  readonly size: number;
  readonly waitedMs: number;
  /** Undefined where nobody who could serve it is there. */
  readonly expected?: ExpectedWait;
}

/** How much longer, milliseconds: half of such calls, and nine of ten, wait no longer. Announce p90, rounded up (protocols/metrics.md, EWT). */
export interface ExpectedWait {
  readonly p50Ms: number;
  readonly p90Ms: number;
}

/** Where nothing is known of an agent, a contact takes so long. */
const defaultHandleMs = 180_000;

/** The calls that wait for a group, in the order in which they are served. */
export function queuePlaces(
  skillGroupId: string,
  centre: { readonly agents: Iterable<LiveAgent>; readonly entries: Iterable<QueueEntry> },
  groups: ReadonlyMap<string, RoutingGroup>,
  now: number,
): readonly QueuePlace[] {
  const waiting = [...centre.entries].filter(isWaiting);
  const own = waiting.filter((entry) => entry.skillGroupId === skillGroupId).sort(compareEntries(groups));
  if (own.length === 0) return [];
  const queued = new Set(waiting.flatMap(({ skillGroupId: id }) => id ?? []));
  const serving = new Set(allGroups(own[0]!, groups));
  serving.add(skillGroupId);
  const rate = serviceRate([...centre.agents], serving, queued);
  return own.map((entry, at) => ({
    entry,
    position: at + 1,
    size: own.length,
    waitedMs: Math.max(0, now - entry.enqueuedAt),
    ...(rate.most > 0 ? { expected: expectedWait(at + 1, rate) } : {}),
  }));
}

/** Contacts a millisecond that the group gets done: `least` where agents serve all their groups' queues alike, `most` where they serve this one only. */
interface ServiceRate {
  readonly least: number;
  readonly most: number;
}

function serviceRate(
  agents: readonly LiveAgent[],
  serving: ReadonlySet<string>,
  queued: ReadonlySet<string>,
): ServiceRate {
  let [least, most] = [0, 0];
  for (const { status, skillGroups, handleMs, unreachable } of agents) {
    if ((status !== 'free' || unreachable) && status !== 'busy' && status !== 'afterCallWork') continue;
    if (!skillGroups.some(({ skillGroupId }) => serving.has(skillGroupId))) continue;
    const rate = 1 / Math.max(1000, handleMs ?? defaultHandleMs);
    const others = skillGroups.filter(({ skillGroupId }) => !serving.has(skillGroupId) && queued.has(skillGroupId));
    most += rate;
    least += rate / (1 + others.length);
  }
  return { least, most };
}

/**
 * The wait until the `position`-th agent becomes free. Each contact that ends is an event of a Poisson process, so the wait is a gamma distribution; p50 is taken at the middle of what
 * the rate may be, p90 at the least.
 */
export function expectedWait(position: number, { least, most }: ServiceRate): ExpectedWait {
  return {
    p50Ms: Math.round(gammaQuantile(position, 0) / ((least + most) / 2)),
    p90Ms: Math.round(gammaQuantile(position, z90) / least),
  };
}

/** 90 % of the normal distribution lie below it. */
const z90 = 1.2815515655446004;

/** A quantile of the gamma distribution with that shape and scale 1, by Wilson and Hilferty; `z` is the normal quantile. Exact for shape 1, where the approximation is worst. */
function gammaQuantile(shape: number, z: number): number {
  if (shape === 1) return z === 0 ? Math.LN2 : Math.LN10;
  return shape * (1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;
}

function isWaiting({ state }: QueueEntry): boolean {
  return state === 'arriving' || state === 'waiting' || state === 'offered';
}
