import type { CollectResult, LiveCall } from '@hookswitch/media/port/live-call';

export interface DigitRules {
  readonly numDigits: number | undefined;
  /** Keys that end it; '' for none. */
  readonly finishOnKey: string;
  /** For the first digit, from the end of the prompts, and for each further one, milliseconds. */
  readonly timeoutMs: number;
  /** A digit stops the prompts; else digits count only after them. */
  readonly bargeIn: boolean;
  readonly inband: boolean;
}

export interface CollectedDigits {
  readonly digits: string;
  readonly reason: 'num-digits' | 'finish-key' | 'timeout' | 'interrupted' | 'call-ended';
  /** The key that ended it, for `finish-key`. */
  readonly finishKey?: string;
}

/**
 * Plays prompts and collects digits.
 *
 * With barge-in it listens from the start: the first digit stops the prompts and the time for further ones runs from it; without a digit the time for the first runs from the prompts' end. Digits pressed before
 * are taken too (type-ahead).
 *
 * @param playPrompts plays them all; must settle soon after its signal aborts. Its rejection is passed on.
 */
export async function collectDigits(
  call: LiveCall,
  rules: DigitRules,
  playPrompts: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<CollectedDigits> {
  if (!rules.bargeIn) {
    await playPrompts(signal);
    return collectWithin(call, rules, { flush: true, signal });
  }
  const early = await collectDuringPrompts(call, rules, playPrompts, signal);
  if (early.end !== 'interrupted' || signal.aborted) return named(early, early.digits);
  return collectWithin(call, rules, { before: early.digits, signal });
}

/** Ends as `interrupted` when the prompts are over and no collection came to its end. */
async function collectDuringPrompts(
  call: LiveCall,
  rules: DigitRules,
  playPrompts: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<CollectResult> {
  const prompts = new AbortController();
  const waiting = new AbortController();
  let pressed = false;
  const stopListening = call.events.on('digit', () => {
    pressed = true;
    prompts.abort();
  });
  const collecting = call
    .collect({ ...portRules(rules, rules.numDigits), signal: AbortSignal.any([signal, waiting.signal]) })
    .finally(() => prompts.abort());
  try {
    await playPrompts(AbortSignal.any([signal, prompts.signal]));
  } catch (error) {
    waiting.abort();
    await collecting;
    throw error;
  } finally {
    stopListening();
  }
  if (!pressed) waiting.abort();
  return collecting;
}

/** Collects with the time for the first digit running from now. `before` are digits that count already. */
async function collectWithin(
  call: LiveCall,
  rules: DigitRules,
  { before = '', flush = false, signal }: { before?: string; flush?: boolean; signal: AbortSignal },
): Promise<CollectedDigits> {
  const left = rules.numDigits === undefined ? undefined : rules.numDigits - before.length;
  const result = await call.collect({
    ...portRules(rules, left),
    firstDigitTimeoutMs: rules.timeoutMs,
    flush,
    signal,
  });
  return named(result, before + result.digits);
}

function portRules({ finishOnKey, timeoutMs, inband }: DigitRules, maxDigits: number | undefined) {
  const limit = maxDigits === undefined ? {} : { maxDigits };
  return { finishOnKey, interDigitTimeoutMs: timeoutMs, inband, ...limit };
}

function named(result: CollectResult, digits: string): CollectedDigits {
  const { end, finishKey } = result;
  return { digits, reason: end === 'complete' ? 'num-digits' : end, ...(finishKey === undefined ? {} : { finishKey }) };
}
