import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Redis } from 'ioredis';
import { claimLeaseMs, type IdempotencyClaim, type IdempotencyStore, type StoredAnswer } from './idempotency-store.js';

interface Entry {
  readonly fingerprint: string;
  readonly claim: string;
  readonly answer?: StoredAnswer;
  /** Milliseconds since the epoch. Redis forgets a little later; until it does this counts. */
  readonly expiresAt: number;
}

/** Claims the key unless it holds an entry that has not expired; returns that entry, or nothing when the claim was made. */
const beginScript = `
local entry = redis.call('GET', KEYS[1])
if entry and cjson.decode(entry).expiresAt > tonumber(ARGV[1]) then return entry end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return false`;

/** Stores (ARGV[2]) or removes (no ARGV[2]) the entry if it is still this claim's. */
const endScript = `
local entry = redis.call('GET', KEYS[1])
if not entry or cjson.decode(entry).claim ~= ARGV[1] then return 0 end
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
return 1`;

/** Keeps answers in Redis: quicker than MongoDB, and lost with it. */
export class RedisIdempotencyStore implements IdempotencyStore {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #newId: NewId;
  readonly #keepMs: number;
  readonly #prefix: string;
  readonly #fingerprints = new Map<string, string>();

  constructor(redis: Redis, deps: { clock: Clock; newId: NewId; keepMs: number; prefix?: string }) {
    this.#redis = redis;
    this.#clock = deps.clock;
    this.#newId = deps.newId;
    this.#keepMs = deps.keepMs;
    this.#prefix = deps.prefix ?? 'hookswitch:idempotency:';
  }

  async begin(accountId: string, key: string, fingerprint: string): Promise<IdempotencyClaim> {
    const now = this.#clock.now();
    const claim = this.#newId('JB');
    const fresh: Entry = { fingerprint, claim, expiresAt: Math.floor(now) + claimLeaseMs };
    const found = (await this.#redis.eval(
      beginScript,
      1,
      this.#place(accountId, key),
      now,
      JSON.stringify(fresh),
      claimLeaseMs,
    )) as string | null;
    if (found === null) {
      this.#fingerprints.set(claim, fingerprint);
      return { state: 'mine', claim };
    }
    const entry = JSON.parse(found) as Entry;
    if (entry.fingerprint !== fingerprint) return { state: 'other-request' };
    return entry.answer ? { state: 'done', answer: entry.answer } : { state: 'running' };
  }

  async finish(accountId: string, key: string, claim: string, answer: StoredAnswer): Promise<void> {
    const fingerprint = this.#fingerprints.get(claim) ?? '';
    this.#fingerprints.delete(claim);
    const entry: Entry = { fingerprint, claim, answer, expiresAt: Math.floor(this.#clock.now() + this.#keepMs) };
    await this.#redis.eval(
      endScript,
      1,
      this.#place(accountId, key),
      claim,
      JSON.stringify(entry),
      Math.ceil(this.#keepMs),
    );
  }

  async abandon(accountId: string, key: string, claim: string): Promise<void> {
    this.#fingerprints.delete(claim);
    await this.#redis.eval(endScript, 1, this.#place(accountId, key), claim);
  }

  #place(accountId: string, key: string): string {
    return `${this.#prefix}${accountId} ${key}`;
  }
}
