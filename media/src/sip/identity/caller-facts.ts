import type { CallerIdentity } from '../../port/caller-identity.js';
import { type Diversion, mostDiversions, timesDiverted } from '../../port/diversion.js';
import type { CallFacts } from '../../port/live-call.js';
import type { PrivacyWish } from './read-privacy.js';

/** What an INVITE says of its caller, and how far its sender is believed. */
export interface CallerClaims {
  /** By From. */
  readonly claimed: CallerIdentity | undefined;
  /** By P-Asserted-Identity of a sender who is believed. */
  readonly asserted: CallerIdentity | undefined;
  readonly privacy: PrivacyWish;
  /** Host of the From URI. */
  readonly fromHost: string | undefined;
}

/** A caller who made his own From anonymous hides as well, though no Privacy says so (RFC 3323 4.1.1.3). */
export function hidesIdentity({ privacy, fromHost }: Pick<CallerClaims, 'privacy' | 'fromHost'>): boolean {
  return privacy.hidesIdentity || (!privacy.refused && fromHost === 'anonymous.invalid');
}

/** Who calls, for scripts and other parties; `withheld` is for trusted trunks only. */
export function callerFacts(claims: CallerClaims): Pick<CallFacts, 'from' | 'fromDisplayName' | 'hidden' | 'withheld'> {
  const { claimed, asserted } = claims;
  if (hidesIdentity(claims)) return { from: 'anonymous', hidden: true, ...(asserted ? { withheld: asserted } : {}) };
  const { user = 'anonymous', displayName } = asserted ?? claimed ?? {};
  return { from: user, ...(displayName ? { fromDisplayName: displayName } : {}) };
}

/** The status that refuses a call for what it says of who calls: privacy that we cannot keep (RFC 3323 5), or a circle of diversions. */
export function identityRefusal(privacy: PrivacyWish, diversions: readonly Diversion[] = []): number | undefined {
  if (privacy.cannotBeKept) return 500;
  return timesDiverted(diversions) > mostDiversions ? 482 : undefined;
}
