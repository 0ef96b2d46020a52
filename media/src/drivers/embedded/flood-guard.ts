import { TokenBucket } from './token-bucket.js';

export interface FloodRules {
  /** Requests a second of one source that are let through in the long run. */
  readonly perSecond: number;
  /** Requests of one source that may come at once. */
  readonly burst: number;
  /** Requests a second of all sources together. Half of it is kept for sources that asked little so far. */
  readonly strangersPerSecond: number;
  /** Sources remembered; the one not seen for longest is forgotten first. */
  readonly maxSources: number;
  /** How long an address stays known after it identified itself, milliseconds. */
  readonly trustMs: number;
}

/** What became of a request: let through, or dropped because its source, or all strangers together, sent too many. */
export type Admission = 'admitted' | 'source-rate' | 'strangers-rate';

/** Requests with which a source counts as one that asks little: enough to register with a few repeats. One more every other second. */
const firstRequests = 10;
const firstRequestsPerSecond = 0.5;

/**
 * Bounds what addresses send that never identified themselves (trunk, digest) and that we never called: each by a token bucket, and all together by a
 * budget, so that many addresses gain no more than one. Who asks little draws on a half of the budget that the busy ones cannot touch, so a phone that
 * comes anew gets through by its repeats (RFC 3261 17.1.2) while others flood. What is refused is dropped before anything is read, kept or answered.
 * Pure: the time is given.
 */
export class FloodGuard {
  readonly #rules: FloodRules;
  readonly #sources = new Map<string, { readonly all: TokenBucket; readonly first: TokenBucket }>();
  readonly #known = new Map<string, number>();
  #newcomers: TokenBucket | undefined;
  #others: TokenBucket | undefined;

  constructor(rules: FloodRules) {
    this.#rules = rules;
  }

  /** The address identified itself, or we called it. */
  trust(address: string, now: number): void {
    this.#known.delete(address);
    this.#known.set(address, now + this.#rules.trustMs);
    this.#sources.delete(address);
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
  admits(address: string, now: number): Admission {
    if (this.knows(address, now)) return 'admitted';
    const source = this.#sourceAt(address, now);
    if (!source.all.take(now)) return 'source-rate';
    const half = this.#rules.strangersPerSecond / 2;
    this.#newcomers ??= new TokenBucket(half, 2 * half, now);
    this.#others ??= new TokenBucket(half, 2 * half, now);
    const asksLittle = source.first.take(now);
    return (asksLittle && this.#newcomers.take(now)) || this.#others.take(now) ? 'admitted' : 'strangers-rate';
  }

  #sourceAt(address: string, now: number) {
    const { perSecond, burst, maxSources } = this.#rules;
    const source = this.#sources.get(address) ?? {
      all: new TokenBucket(perSecond, burst, now),
      first: new TokenBucket(firstRequestsPerSecond, firstRequests, now),
    };
    this.#sources.delete(address);
    this.#sources.set(address, source);
    dropOldest(this.#sources, maxSources);
    return source;
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
