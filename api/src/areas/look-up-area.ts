import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Area } from './area.js';
import { placeOf } from './place-name.js';
import type { RangeTables } from './range-tables.js';

/** Where an E.164 number is from, by libphonenumber's tables. */
export async function lookUpArea(tables: RangeTables, number: string): Promise<Area | undefined> {
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return undefined;
  const { countryCallingCode, nationalNumber } = parsed;
  const [place, operator] = await Promise.all([
    tables.look('geocodes', countryCallingCode, nationalNumber),
    tables.look('carrier', countryCallingCode, nationalNumber),
  ]);
  if (!parsed.country && !place) return undefined;
  return { country: parsed.country ?? '', ...placeOf(place), operator };
}
