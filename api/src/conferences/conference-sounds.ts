import type { ToneSound } from '@hookswitch/media/port/sound';

const tone = (frequencies: readonly number[], levelDbm0: number, cadenceMs: readonly number[]): ToneSound => ({
  kind: 'tone',
  frequencies,
  levelDbm0,
  cadenceMs,
});

/** What the others hear when somebody comes or goes. */
export const enterBeep = tone([880], -19, [250]);
export const exitBeep = tone([587], -19, [250]);

/** What is heard on hold. */
export const holdTone = tone([392, 494], -24, [400, 4600]);
