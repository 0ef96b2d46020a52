import type { FailureCounter } from '@hookswitch/api/failed-attempts/failure-counter';
import { describe, expect, it } from 'vitest';

/** Failed authentications by address: the same sentences for every adapter. */
export function failureCounterContract(name: string, make: () => FailureCounter) {
  describe(`failure counter contract: ${name}`, () => {
    it('counts each address for itself, in a window of a minute', async () => {
      const failures = make();
      expect(await failures.read('192.0.2.1')).toEqual({ count: 0, secondsLeft: 0 });
      expect((await failures.add('192.0.2.1')).count).toBe(1);
      const second = await failures.add('192.0.2.1');
      expect(second.count).toBe(2);
      expect(second.secondsLeft).toBeGreaterThan(0);
      expect(second.secondsLeft).toBeLessThanOrEqual(60);
      expect((await failures.add('2001:db8:0:0::/64')).count).toBe(1);
      expect((await failures.read('192.0.2.1')).count).toBe(2);
    });

    it('takes a window of another length, and ends one', async () => {
      const failures = make();
      expect((await failures.add('login', 900)).secondsLeft).toBeGreaterThan(800);
      expect((await failures.add('login', 5)).secondsLeft).toBeGreaterThan(800);
      await failures.clear('login');
      expect(await failures.read('login')).toEqual({ count: 0, secondsLeft: 0 });
      expect((await failures.add('login', 5)).count).toBe(1);
    });

    it('loses none of many at once', async () => {
      const failures = make();
      const counts = await Promise.all(Array.from({ length: 20 }, () => failures.add('192.0.2.1')));
      expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(counts.map((_, index) => index + 1));
    });
  });
}
