import type { Chance } from './chance.js';

/** What a phone will do in one call. Times are milliseconds: before the answer from the beginning of the call, afterwards from the answer. */
export interface LinePlan {
  readonly codec: 'PCMU' | 'PCMA';
  readonly ptimeMs: number;
  /** Never says anything. */
  readonly silent: boolean;
  /** Callers: give up when it was not answered by then. */
  readonly cancelAfterMs?: number;
  /** Callees. */
  readonly ringAfterMs?: number;
  readonly earlyMediaAfterMs?: number;
  readonly answerAfterMs?: number;
  readonly refuse?: { readonly afterMs: number; readonly status: number };
  readonly hangUpAfterMs: number;
  readonly deeds: readonly { readonly afterMs: number; readonly deed: LineDeed }[];
}

export type LineDeed =
  | { readonly kind: 'digits'; readonly digits: string }
  | { readonly kind: 'hold'; readonly forMs: number }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'vanish' };

/** A caller: patient or not, polite or not. */
export function planCaller(chance: Chance): LinePlan {
  return {
    ...planTalk(chance),
    ...(chance.happens(0.2)
      ? { cancelAfterMs: chance.happens(0.5) ? chance.moment(0, 8000) : chance.between(0, 700) }
      : { cancelAfterMs: 90_000 }),
  };
}

/** A callee: answers, refuses, lets it ring. */
export function planCallee(chance: Chance): LinePlan {
  const rings = chance.happens(0.8) ? { ringAfterMs: chance.moment(0, 1500) } : {};
  const early = chance.happens(0.15) ? { earlyMediaAfterMs: chance.moment(0, 2000) } : {};
  const then = chance.weighted({ answers: 7, refuses: 2, silent: 1 });
  return {
    ...planTalk(chance),
    ...rings,
    ...early,
    ...(then === 'answers' ? { answerAfterMs: chance.moment(0, 6000) } : {}),
    ...(then === 'refuses'
      ? { refuse: { afterMs: chance.moment(0, 4000), status: chance.one([404, 408, 480, 486, 488, 500, 503, 603]) } }
      : {}),
  };
}

function planTalk(chance: Chance): Pick<LinePlan, 'codec' | 'ptimeMs' | 'silent' | 'hangUpAfterMs' | 'deeds'> {
  const deeds: { afterMs: number; deed: LineDeed }[] = [];
  for (let count = chance.between(0, 4); count > 0; count--) deeds.push(planDeed(chance));
  return {
    codec: chance.one(['PCMU', 'PCMA']),
    ptimeMs: chance.one([20, 40, 60, 60]),
    silent: chance.happens(0.05),
    hangUpAfterMs: chance.happens(0.15) ? chance.between(0, 300) : chance.moment(300, 45_000),
    deeds,
  };
}

function planDeed(chance: Chance): { afterMs: number; deed: LineDeed } {
  const afterMs = chance.moment(0, 20_000);
  const kind = chance.weighted({ digits: 12, hold: 3, garbage: 2, vanish: 0.4 });
  if (kind === 'digits') {
    const digits = Array.from({ length: chance.between(1, 6) }, () => chance.one([...'0123456789*#'])).join('');
    return { afterMs, deed: { kind, digits } };
  }
  return { afterMs, deed: kind === 'hold' ? { kind, forMs: chance.moment(50, 8000) } : { kind } };
}
