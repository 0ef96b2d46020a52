import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import { timestamp } from '../store/timestamp.js';
import type { SecretBox } from './secret-box.js';

/** A Standard Webhooks signing secret as it is stored. */
export interface SealedSigningSecret {
  readonly sealed: string;
  readonly createdAt: string;
  /** Null while it is the newest; afterwards it signs beside the newest until then. */
  readonly validUntil: string | null;
}

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newSigningSecret(random: Random): string {
  return `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`;
}

/**
 * Puts a new secret before the old ones; the one that was newest stays valid for `overlapMs`, and those whose time is over are dropped.
 * @param ownerId the record that holds them: what is sealed opens for no other
 */
export function addSigningSecret(
  secrets: readonly SealedSigningSecret[],
  secret: string,
  { secretBox, clock, ownerId, overlapMs }: { secretBox: SecretBox; clock: Clock; ownerId: string; overlapMs: number },
): readonly SealedSigningSecret[] {
  const now = timestamp(clock);
  const kept = secrets
    .map((old) => ({ ...old, validUntil: old.validUntil ?? timestamp(clock, overlapMs) }))
    .filter((old) => old.validUntil > now);
  return [{ sealed: secretBox.seal(secret, ownerId), createdAt: now, validUntil: null }, ...kept];
}

/** The secrets that sign now, newest first. */
export function validSigningSecrets(
  secrets: readonly SealedSigningSecret[],
  { secretBox, clock, ownerId }: { secretBox: SecretBox; clock: Clock; ownerId: string },
): readonly string[] {
  const now = timestamp(clock);
  return secrets
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ sealed }) => secretBox.open(sealed, ownerId));
}
