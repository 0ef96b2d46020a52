/**
 * Remembers answers to writes that carry an `Idempotency-Key`, with Stripe's rules. It refuses to know what the answers say: they come sealed.
 *
 * What must hold: of any number of `begin`s with one account and key, one is told `mine` until it finishes, abandons, or its lease runs out; after `finish`
 * every `begin` with the same fingerprint is given that answer until it expires; a key that came with another fingerprint is told `other-request`.
 */
export interface IdempotencyStore {
  begin(accountId: string, key: string, fingerprint: string): Promise<IdempotencyClaim>;
  /** Stores the answer of the claim. Does nothing when the lease ran out and somebody else claimed the key. */
  finish(accountId: string, key: string, claim: string, answer: StoredAnswer): Promise<void>;
  /** Gives the key back as if it had never been used. */
  abandon(accountId: string, key: string, claim: string): Promise<void>;
}

export type IdempotencyClaim =
  | { readonly state: 'mine'; readonly claim: string }
  | { readonly state: 'running' }
  | { readonly state: 'other-request' }
  | { readonly state: 'done'; readonly answer: StoredAnswer };

export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Sealed, since answers may hold secrets that are shown once. */
  readonly sealedBody: string;
}

/** How long a claim lasts whose process died before it answered. */
export const claimLeaseMs = 120_000;
