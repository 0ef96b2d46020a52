import { ringbackTone, type ToneSound } from '@hookswitch/media/port/sound';
import type { ParsedVerb } from '../script.js';

type Country = Exclude<ParsedVerb<'dial'>['ringTone'], 'silence'>;

const tone = (frequencies: readonly number[], cadenceMs: readonly number[]): ToneSound => ({
  kind: 'tone',
  frequencies,
  levelDbm0: -19,
  cadenceMs,
});

/** Ringing tones by country (ITU-T E.180, supplement 2). */
export const ringTones: Readonly<Record<Country, ToneSound>> = {
  us: ringbackTone,
  gb: tone([400, 450], [400, 200, 400, 2000]),
  cn: tone([450], [1000, 4000]),
  de: tone([425], [1000, 4000]),
  fr: tone([440], [1500, 3500]),
  jp: tone([384, 416], [1000, 2000]),
  au: tone([400, 425], [400, 200, 400, 2000]),
  hk: tone([440, 480], [400, 200, 400, 3000]),
  in: tone([375, 425], [400, 200, 400, 2000]),
};
