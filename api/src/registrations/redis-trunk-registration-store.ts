import type { Clock } from '@hookswitch/kernel/clock';
import type { Redis } from 'ioredis';
import { reportKeptMs, type TrunkRegistrationReport, type TrunkRegistrationStore } from './trunk-registration-store.js';

/**
 * One hash per trunk, a field per node. The hash is gone soon after its last report; each field says itself until when it counts,
 * so that a node that left does not show while others go on.
 */
export function createRedisTrunkRegistrationStore(
  redis: Redis,
  clock: Clock,
  keyPrefix = 'hookswitch:',
): TrunkRegistrationStore {
  const key = (trunkId: string) => `${keyPrefix}trunk-registration:${trunkId}`;
  return {
    async save(reports) {
      if (reports.length === 0) return;
      const pipeline = redis.pipeline();
      for (const report of reports) {
        const text = JSON.stringify({ report, until: clock.now() + reportKeptMs });
        pipeline.hset(key(report.trunkId), report.nodeId, text).pexpire(key(report.trunkId), 2 * reportKeptMs);
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },
    async list(trunkId) {
      const stored = Object.values(await redis.hgetall(key(trunkId))).map(
        (text) => JSON.parse(text) as { report: TrunkRegistrationReport; until: number },
      );
      return stored
        .filter(({ until }) => until > clock.now())
        .map(({ report }) => report)
        .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    },
  };
}
