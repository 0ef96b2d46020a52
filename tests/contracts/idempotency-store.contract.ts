import { claimLeaseMs, type IdempotencyStore, type StoredAnswer } from '@hookswitch/api/http/idempotency-store';
import { idMaker, type NewId } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';

interface Made {
  readonly clock: ManualClock;
  readonly newId: NewId;
  readonly keepMs: number;
}

/** Where answers to idempotent writes are kept: the same sentences for every store. */
export function idempotencyStoreContract(name: string, make: (deps: Made) => Promise<IdempotencyStore>): void {
  describe(`idempotency store contract: ${name}`, () => {
    const keepMs = 3_600_000;
    const answer: StoredAnswer = { status: 201, contentType: 'application/json', sealedBody: 'v1.aa.ß"\\' };

    async function setUp() {
      // In the future, so that a database that forgets by its own clock forgets nothing meanwhile.
      const clock = new ManualClock(Date.UTC(2100, 0, 1));
      const newId = idMaker(clock, seededRandom(1));
      const store = await make({ clock, newId, keepMs });
      const begin = async (key = 'k', fingerprint = 'f', account = 'AC1') => store.begin(account, key, fingerprint);
      const claimed = async (key?: string) => {
        const claim = await begin(key);
        if (claim.state !== 'mine') throw new Error(`expected the claim, was told ${claim.state}`);
        return claim.claim;
      };
      return { clock, store, begin, claimed };
    }

    it('gives the claim to one of many that begin together', async () => {
      const { begin } = await setUp();
      const claims = await Promise.all(Array.from({ length: 10 }, () => begin()));
      expect(claims.filter(({ state }) => state === 'mine')).toHaveLength(1);
      expect(claims.filter(({ state }) => state === 'running')).toHaveLength(9);
    });

    it('gives the finished answer to every later begin with the same fingerprint, and to no other', async () => {
      const { store, begin, claimed } = await setUp();
      await store.finish('AC1', 'k', await claimed(), answer);
      expect(await begin()).toEqual({ state: 'done', answer });
      expect(await begin()).toEqual({ state: 'done', answer });
      expect(await begin('k', 'g')).toEqual({ state: 'other-request' });
    });

    it('refuses another fingerprint also while the first runs', async () => {
      const { begin, claimed } = await setUp();
      await claimed();
      expect(await begin('k', 'g')).toEqual({ state: 'other-request' });
    });

    it('keeps accounts and keys apart', async () => {
      const { begin, claimed } = await setUp();
      await claimed();
      expect((await begin('k', 'f', 'AC2')).state).toBe('mine');
      expect((await begin('k2')).state).toBe('mine');
    });

    it('forgets what was abandoned, and lets nobody abandon another’s claim', async () => {
      const { store, begin, claimed } = await setUp();
      const claim = await claimed();
      await store.abandon('AC1', 'k', 'somebody else’s');
      expect((await begin()).state).toBe('running');
      await store.abandon('AC1', 'k', claim);
      expect((await begin('k', 'g')).state).toBe('mine');
    });

    it('gives the claim of a dead process to the next once its lease is over, and takes no late answer from the dead', async () => {
      const { clock, store, begin, claimed } = await setUp();
      const late = await claimed();
      clock.advance(claimLeaseMs);
      const next = await claimed();
      await store.finish('AC1', 'k', late, { ...answer, status: 500 });
      expect((await begin()).state).toBe('running');
      await store.finish('AC1', 'k', next, answer);
      expect(await begin()).toEqual({ state: 'done', answer });
    });

    it('forgets answers when their time is over', async () => {
      const { clock, store, begin, claimed } = await setUp();
      await store.finish('AC1', 'k', await claimed(), answer);
      clock.advance(keepMs - 1);
      expect((await begin()).state).toBe('done');
      clock.advance(1);
      expect((await begin('k', 'g')).state).toBe('mine');
    });
  });
}
