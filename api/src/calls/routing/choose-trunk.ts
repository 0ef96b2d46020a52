import type { Trunk } from '../../trunks/trunk.js';

/** A trunk that carries calls out. */
export type OutboundTrunk = Trunk & { readonly outbound: NonNullable<Trunk['outbound']> };

/**
 * The trunk for an E.164 number: the one asked for, else the caller's number's own, else the one whose prefixes fit the number at most length (a trunk without prefixes fits
 * every number, least); among equals the oldest. Undefined where none fits, or the one asked for carries nothing out.
 */
export function chooseTrunk(
  trunks: readonly Trunk[],
  question: {
    readonly number: string;
    readonly askedId?: string | undefined;
    readonly callerTrunkId?: string | undefined;
  },
): OutboundTrunk | undefined {
  const usable = trunks.filter((trunk): trunk is OutboundTrunk => trunk.enabled && trunk.outbound !== undefined);
  const only = question.askedId ?? question.callerTrunkId;
  if (only !== undefined) return usable.find((trunk) => trunk.id === only);
  let best: OutboundTrunk | undefined;
  let bestLength = -1;
  for (const trunk of [...usable].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const length = fit(trunk.outbound.prefixes, question.number);
    if (length > bestLength) {
      best = trunk;
      bestLength = length;
    }
  }
  return best;
}

/** Length of the longest prefix that fits; 0 where every number fits, -1 where none does. */
function fit(prefixes: readonly string[], number: string): number {
  if (prefixes.length === 0) return 0;
  return prefixes.reduce(
    (longest, prefix) => (number.startsWith(prefix) ? Math.max(longest, prefix.length) : longest),
    -1,
  );
}
