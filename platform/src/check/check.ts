/** What one check found. */
export interface CheckResult {
  /** What was looked at, in a word or two: `SIP udp port`. */
  readonly name: string;
  readonly ok: boolean;
  /** What is so. */
  readonly sentence: string;
  /** What to do about it; empty where all is well. */
  readonly fix: string;
  /** Whether the platform cannot start, or cannot work, without it. Otherwise it goes with less, as the sentence says. */
  readonly needed: boolean;
}

export function good(name: string, sentence: string): CheckResult {
  return { name, ok: true, sentence, fix: '', needed: true };
}

export function bad(name: string, sentence: string, fix: string): CheckResult {
  return { name, ok: false, sentence, fix, needed: true };
}

/** Wrong, but something works all the same. */
export function lacking(name: string, sentence: string, fix: string): CheckResult {
  return { name, ok: false, sentence, fix, needed: false };
}
