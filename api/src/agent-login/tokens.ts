import { createHash } from 'node:crypto';
import { isId } from '@hookswitch/kernel/ids';
import type { Random } from '@hookswitch/kernel/random';

/** The hash under which a token is stored. With 32 random bytes it needs no slow one. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** How the tokens begin: `ha_` access, `hr_` refresh, `ht_` a program's for an agent. Keys begin with `hk_`. */
type SessionTokenKind = 'ha' | 'hr';

/** A token that says which session it is of, so that nothing else must be looked up by a secret: `ha_<session>_<chance>`. */
export function makeSessionToken(kind: SessionTokenKind, sessionId: string, random: Random): string {
  return `${kind}_${sessionId}_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}

/** The session that a token says it is of. Undefined: it is no such token. */
export function sessionOfToken(kind: SessionTokenKind, token: string): string | undefined {
  const [begin, sessionId = ''] = token.split('_', 2);
  return begin === kind && isId('AS', sessionId) && token.length < 256 ? sessionId : undefined;
}

export function makeAgentToken(random: Random): string {
  return `ht_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}
