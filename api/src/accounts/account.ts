import type { SealedSigningSecret } from '../secrets/index.js';
import type { TenantRecord } from '../store/tenant-collection.js';

/** A tenant. As a record it belongs to its parent: `accountId` is the parent's id, or `root`. */
export interface Account extends TenantRecord {
  /** Null for the first account of an installation. */
  readonly parentId: string | null;
  /** From the first account down to the parent. */
  readonly ancestorIds: readonly string[];
  readonly name: string;
  readonly status: AccountStatus;
  readonly edition: AccountEdition;
  readonly limits: AccountLimits;
  /** Prefixes that may be called; see `allowed-destinations.ts`. */
  readonly allowedDestinations: readonly string[];
  /** Hosts that SIP URIs may name; `*` allows every one. */
  readonly allowedSipHosts: readonly string[];
  /** Given every CDR of the account's calls. */
  readonly cdrPushUrl?: string;
  /** Newest first; sealed. An old one counts until `validUntil`. */
  readonly signingSecrets: readonly SealedSigningSecret[];
}

export type AccountStatus = 'active' | 'suspended';
export type AccountEdition = 'standard' | 'premium';

/** Caps of one account. */
export interface AccountLimits {
  /** Calls that are up or being set up. */
  readonly concurrentCalls: number;
  /** New calls a second, both directions. */
  readonly callsPerSecond: number;
  /** Minutes of outbound calls in a UTC day. */
  readonly minutesPerDay: number;
  /** API requests a second. */
  readonly requestsPerSecond: number;
}
