import type { JobPayload, JobQueue } from '@hookswitch/kernel/job-queue';
import { describe, expect, it } from 'vitest';

const job = (n: number): JobPayload => ({ type: 'test.v1', n });

/**
 * Background work: the same sentences for every queue. `make` gives an empty queue; `pass` lets at least so much of the queue's time go by. Every queue made
 * is closed by whoever runs the suite.
 */
export function jobQueueContract(
  name: string,
  make: () => Promise<{ queue: JobQueue; pass: (ms: number) => Promise<void> }>,
): void {
  describe(`job queue contract: ${name}`, () => {
    /** A handler that notes what it is given, and a promise for so many runs. */
    function recorder(act: (payload: JobPayload, run: number) => Promise<void> = async () => {}) {
      const seen: unknown[] = [];
      const waiting: { count: number; resolve: () => void }[] = [];
      return {
        seen,
        handler: async (payload: JobPayload) => {
          seen.push(payload.n);
          for (const one of waiting) if (seen.length >= one.count) one.resolve();
          await act(payload, seen.length);
        },
        runs: (count: number) =>
          new Promise<void>((resolve) => {
            if (seen.length >= count) resolve();
            else waiting.push({ count, resolve });
          }),
      };
    }

    it('runs a job that was added before anyone worked, and one added after', async () => {
      const { queue } = await make();
      const { handler, runs, seen } = recorder();
      await queue.add('q', job(1));
      queue.process('q', 1, handler);
      await runs(1);
      await queue.add('q', job(2));
      await runs(2);
      expect(seen).toEqual([1, 2]);
    });

    it('keeps queues apart', async () => {
      const { queue } = await make();
      const a = recorder();
      const b = recorder();
      queue.process('a', 1, a.handler);
      queue.process('b', 1, b.handler);
      await queue.add('a', job(1));
      await queue.add('b', job(2));
      await Promise.all([a.runs(1), b.runs(1)]);
      expect([a.seen, b.seen]).toEqual([[1], [2]]);
    });

    it('drops a second job of one id while the first waits', async () => {
      const { queue } = await make();
      await queue.add('q', job(1), { jobId: 'same' });
      await queue.add('q', job(2), { jobId: 'same' });
      await queue.add('q', job(3), { jobId: 'other' });
      const { handler, runs, seen } = recorder();
      queue.process('q', 1, handler);
      await runs(2);
      expect(seen).toEqual([1, 3]);
    });

    it('takes a second job of one id once the first has started, so that no hint is lost', async () => {
      const { queue } = await make();
      const { handler, runs, seen } = recorder(async (_, run) => {
        if (run === 1) await queue.add('q', job(2), { jobId: 'same' });
      });
      queue.process('q', 1, handler);
      await queue.add('q', job(1), { jobId: 'same' });
      await runs(2);
      expect(seen).toEqual([1, 2]);
    });

    it('runs a delayed job after its time, not before', async () => {
      const { queue, pass } = await make();
      const { handler, runs, seen } = recorder();
      queue.process('q', 1, handler);
      await queue.add('q', job(1), { delayMs: 400 });
      await queue.add('q', job(2));
      await runs(1);
      expect(seen).toEqual([2]);
      expect((await queue.counts('q')).delayed).toBe(1);
      await pass(400);
      await runs(2);
      expect(seen).toEqual([2, 1]);
    });

    it('runs a job that failed again, up to its attempts, and counts it as failed then', async () => {
      const { queue, pass } = await make();
      const { handler, runs, seen } = recorder(async () => {
        throw new Error('no');
      });
      queue.process('q', 1, handler);
      await queue.add('q', job(1), { attempts: 3, retryDelayMs: 50 });
      for (const run of [1, 2, 3]) {
        await runs(run);
        await pass(50);
      }
      await queue.add('q', job(2), { attempts: 1 });
      await runs(4);
      expect(seen).toEqual([1, 1, 1, 2]);
      while ((await queue.counts('q')).failed < 2) await pass(10);
      expect(await queue.counts('q')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 2 });
    });

    it('runs no more at once than the concurrency', async () => {
      const { queue } = await make();
      let active = 0;
      let most = 0;
      let release = () => {};
      const gate = new Promise<void>((resolve) => (release = resolve));
      const { handler, runs } = recorder(async (_, run) => {
        most = Math.max(most, ++active);
        if (run <= 3) await gate;
        active--;
      });
      queue.process('q', 3, handler);
      for (let n = 0; n < 8; n++) await queue.add('q', job(n));
      await runs(3);
      release();
      await runs(8);
      expect(most).toBe(3);
    });

    it('drops what is added once it is closed', async () => {
      const { queue, pass } = await make();
      const { handler, seen } = recorder(async () => {});
      queue.process('q', 1, handler);
      await queue.close();
      await queue.add('q', job(1));
      await queue.add('another', job(2), { delayMs: 10 });
      await pass(50);
      expect(seen).toEqual([]);
    });

    it('waits for what runs when it is closed', async () => {
      const { queue } = await make();
      let finished = false;
      let release = () => {};
      const gate = new Promise<void>((resolve) => (release = resolve));
      const { handler, runs } = recorder(async () => {
        await gate;
        finished = true;
      });
      queue.process('q', 1, handler);
      await queue.add('q', job(1));
      await runs(1);
      const closing = queue.close();
      release();
      await closing;
      expect(finished).toBe(true);
    });
  });
}
