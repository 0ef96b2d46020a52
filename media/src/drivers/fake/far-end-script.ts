import type { Sound } from '../../port/sound.js';

/** What a phone or carrier does when it is called. Times in milliseconds from the INVITE; what is left out does not happen. */
export interface FarEndScript {
  /** Sends 180. */
  readonly ringAfterMs?: number;
  /** Sends 183 with SDP, and is heard from then on. */
  readonly earlyMediaAfterMs?: number;
  readonly answerAfterMs?: number;
  /** Refuses with a final status. */
  readonly refuse?: { readonly afterMs: number; readonly status: number };
  /** What it does once answered, one after another. */
  readonly afterAnswer?: readonly FarEndAct[];
  /** How it answers when we send it elsewhere (REFER), default 202, and what it then tells of that call. */
  readonly onRefer?: { readonly answer?: number; readonly notifies?: readonly number[] };
  /** Codecs it knows. Default PCMU and PCMA; without either it refuses with 488. */
  readonly codecs?: readonly string[];
}

/** One act of a far end, `afterMs` after the one before (or after the answer). */
export type FarEndAct = { readonly afterMs: number } & (
  | { readonly do: 'press'; readonly digits: string }
  | { readonly do: 'say'; readonly sound: Sound }
  | { readonly do: 'hush' }
  | { readonly do: 'hold' }
  | { readonly do: 'resume' }
  | { readonly do: 'hang-up' }
  /** No packet comes any more, and no BYE. */
  | { readonly do: 'vanish' }
);

/** Rings, then answers, then does as told. */
export function answers(afterMs = 0, afterAnswer: readonly FarEndAct[] = []): FarEndScript {
  return { ...(afterMs > 0 ? { ringAfterMs: 0 } : {}), answerAfterMs: afterMs, afterAnswer };
}

/** Says no. */
export function refuses(status: number, afterMs = 0): FarEndScript {
  return { refuse: { afterMs, status } };
}

/** 486. */
export const isBusy: FarEndScript = refuses(486);

/** Rings for ever. */
export const neverAnswers: FarEndScript = { ringAfterMs: 0 };

/** Does nothing of itself: it is led by hand, by the methods of `FakeFarEnd`. */
export const ledByHand: FarEndScript = {};

/** Frequencies of a sound, for asking what a far end hears; empty for audio. */
export function frequenciesOf(sound: Sound | undefined): readonly number[] {
  return sound?.kind === 'tone' ? sound.frequencies : [];
}
