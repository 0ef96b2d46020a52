import type { AgentSession } from './agent-session.js';

/** A refresh token that was replaced may be shown once more so long, from the same address: tabs of a browser refresh at once, and an answer may be lost. */
const graceMs = 10_000;
/** Tokens that are good at a time at most: tabs that refresh at once. */
const mostTwins = 20;
/** Used refresh tokens that are remembered. */
const mostSpent = 200;

/** Who shows a refresh token, as hashes, and when. */
export interface ShownRefreshToken {
  readonly hash: string;
  readonly fromHash: string;
  readonly at: number;
}

type RefreshState = Pick<AgentSession, 'refreshHash' | 'twinHashes' | 'replaced' | 'spentRefreshHashes'>;

/**
 * What becomes of a session's refresh tokens when one of them is shown, and `newHash` is to be given for it. `reused`: it was used before, and not just now: it is in two hands (RFC 9700
 * 4.14.2). `unknown`: it never was one of the session's. Whoever copied a token and hides in the grace is found out all the same: the tokens that both got use up each other. Pure.
 */
export function useRefreshToken(
  session: RefreshState,
  { hash, fromHash, at }: ShownRefreshToken,
  newHash: string,
): RefreshState | 'reused' | 'unknown' {
  const { refreshHash, twinHashes = [], replaced, spentRefreshHashes } = session;
  const good = [...twinHashes, refreshHash];
  if (good.includes(hash)) {
    return {
      refreshHash: newHash,
      twinHashes: [],
      replaced: { hashes: good, at, fromHash },
      spentRefreshHashes: [...spentRefreshHashes, ...good].slice(-mostSpent),
    };
  }
  if (!spentRefreshHashes.includes(hash)) return 'unknown';
  if (!replaced?.hashes.includes(hash) || replaced.fromHash !== fromHash) return 'reused';
  if (at - replaced.at >= graceMs || good.length >= mostTwins) return 'reused';
  return { refreshHash: newHash, twinHashes: good, replaced, spentRefreshHashes };
}
