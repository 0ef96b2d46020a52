/** Packet-loss robustness and impairment of G.711 with concealment (ITU-T G.113 appendix I). */
const lossRobustness = 25.1;
const codecImpairment = 0;
/** Rating with all defaults and no delay (ITU-T G.107). */
const bestRating = 93.2;

/** What one direction suffered. */
export interface Impairments {
  /** 0 to 1, random loss assumed. */
  readonly lossFraction: number;
  readonly jitterMs: number;
  /** Undefined where unknown: then counted as none. */
  readonly roundTripMs: number | undefined;
}

/**
 * Estimated listening quality, 1 to 4.5 (E-model, ITU-T G.107, simplified: G.711, default noise and loudness, no echo; a receiver that
 * buffers twice the jitter and at least 40 ms).
 */
export function estimateMos(impairments: Impairments): number {
  const delay = (impairments.roundTripMs ?? 0) / 2 + Math.max(40, 2 * impairments.jitterMs);
  const delayImpairment = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const percent = Math.max(0, Math.min(1, impairments.lossFraction)) * 100;
  const lossImpairment = codecImpairment + (95 - codecImpairment) * (percent / (percent + lossRobustness));
  const rating = bestRating - delayImpairment - lossImpairment;
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  const mos = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.round(Math.min(4.5, Math.max(1, mos)) * 100) / 100;
}
