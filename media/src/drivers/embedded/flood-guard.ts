export interface FloodRules {
  /** Requests a second that are let through in the long run. */
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
  /** Sources remembered; the one not seen for longest is forgotten first. */
  readonly maxSources: number;
  /** How long an address stays known after it identified itself, milliseconds. */
  readonly trustMs: number;
}

/**
 * A token bucket for each address that never identified itself (trunk, digest) and that we never called. What it refuses is dropped before anything
 * is kept or answered. Pure: the time is given.
 */
export class FloodGuard {
  readonly #rules: FloodRules;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #known = new Map<string, number>();

  constructor(rules: FloodRules) {
    this.#rules = rules;
  }

  /** The address identified itself, or we called it. */
  trust(address: string, now: number): void {
    this.#known.delete(address);
    this.#known.set(address, now + this.#rules.trustMs);
    this.#buckets.delete(address);
    dropOldest(this.#known, this.#rules.maxSources);
  }

  knows(address: string, now: number): boolean {
    const until = this.#known.get(address);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#known.delete(address);
    return false;
  }

  /** Whether a request from there is let through now. */
  admits(address: string, now: number): boolean {
    if (this.knows(address, now)) return true;
    const { perSecond, burst, maxSources } = this.#rules;
    const before = this.#buckets.get(address);
    const refilled = before ? before.tokens + (Math.max(0, now - before.at) / 1000) * perSecond : burst;
    const tokens = Math.min(burst, refilled);
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    dropOldest(this.#buckets, maxSources);
    return tokens >= 1;
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
