import type { Clock } from '@hookswitch/kernel/clock';
import { reportKeptMs, type TrunkRegistrationReport, type TrunkRegistrationStore } from './trunk-registration-store.js';

/** Reports of one process: for tests and the simulation. */
export function createMemoryTrunkRegistrationStore(clock: Clock): TrunkRegistrationStore {
  const kept = new Map<string, { report: TrunkRegistrationReport; until: number }>();
  const forgetOld = () => {
    for (const [key, { until }] of kept) if (until <= clock.now()) kept.delete(key);
  };
  return {
    async save(reports) {
      forgetOld();
      for (const report of reports) {
        kept.set(`${report.trunkId} ${report.nodeId}`, { report, until: clock.now() + reportKeptMs });
      }
    },
    async list(trunkId) {
      forgetOld();
      return [...kept.values()]
        .map(({ report }) => report)
        .filter((report) => report.trunkId === trunkId)
        .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
    },
  };
}
