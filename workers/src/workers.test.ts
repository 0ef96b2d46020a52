import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { jobHints, startWorkers, type WorkerFeatures } from './index.js';
import { MemoryJobQueue } from './memory-job-queue.js';

function setUp(overrides: Partial<WorkerFeatures> = {}) {
  const clock = new ManualClock();
  const log: string[] = [];
  const note = (what: string) => async () => void log.push(what);
  const features: WorkerFeatures = {
    relayOutbox: async (source, ids) => void log.push(`relay ${source} ${ids.join(',')}`),
    sweepOutboxes: note('sweep outboxes'),
    deliverDue: async (lane) => void log.push(`deliver ${lane}`),
    sweepDeliveries: note('sweep deliveries'),
    finalizeRecording: async (id) => void log.push(`finalize ${id}`),
    unfinishedRecordings: async () => ['RE1'],
    expireLostCalls: note('expire'),
    prune: { events: note('prune events'), attempts: note('prune attempts') },
    ...overrides,
  };
  const jobs = new MemoryJobQueue({ clock, logger: silentLogger });
  const workers = startWorkers(features, jobs, { clock, logger: silentLogger });
  return { clock, log, jobs, workers, hints: jobHints(jobs, () => clock.now(), silentLogger) };
}

describe('startWorkers', () => {
  it('looks for lost work at the start and regularly, until stopped', async () => {
    const { clock, log, workers, jobs } = setUp();
    await clock.advanceAsync(0);
    const all = ['expire', 'sweep deliveries', 'prune events', 'sweep outboxes', 'finalize RE1', 'prune attempts'];
    expect(log.splice(0).sort()).toEqual(all.sort());
    await clock.advanceAsync(10_000);
    expect(log.splice(0)).toEqual(
      expect.arrayContaining(['expire', 'sweep outboxes', 'sweep deliveries', 'finalize RE1']),
    );
    workers.stop();
    await clock.advanceAsync(60_000);
    expect(log.filter((entry) => entry !== 'expire' && !entry.startsWith('prune'))).toEqual([]);
    await jobs.close();
    expect(clock.pending).toBe(0);
  });

  it('does the rest of a sweep, and of a prune, when a part fails', async () => {
    const broken = async () => {
      throw new Error('store is down');
    };
    const { clock, log } = setUp({
      sweepOutboxes: broken,
      prune: { bad: broken, good: async () => void log2.push('good') },
    });
    const log2: string[] = [];
    await clock.advanceAsync(0);
    expect(log).toEqual(expect.arrayContaining(['sweep deliveries', 'finalize RE1']));
    expect(log2).toEqual(['good']);
  });

  it('turns hints into jobs, one for all that falls due at a destination at about the same time', async () => {
    const { clock, log, hints } = setUp();
    await clock.advanceAsync(0);
    log.length = 0;
    await hints.relayOutbox('calls', ['CA3', 'CA4']);
    hints.deliverWebhook('WH1', 'AC1', 3_900);
    hints.deliverWebhook('WH1', 'AC1', 3_990);
    hints.deliverWebhook('WH2', 'AC1', 3_900);
    hints.finalizeRecording('RE2');
    await clock.advanceAsync(0);
    expect(log.splice(0).sort()).toEqual(['finalize RE2', 'relay calls CA3,CA4']);
    await clock.advanceAsync(4_300);
    expect(log.filter((entry) => entry.startsWith('deliver')).sort()).toEqual(['deliver WH1', 'deliver WH2']);
  });
});
