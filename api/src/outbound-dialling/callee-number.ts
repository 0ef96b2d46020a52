import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * The E.164 number that somebody typed, pasted or dialled: `+86 138 1234 5678`, `0086 13812345678`, and national forms where a country is given. Undefined where it is no
 * number that can exist, which ends a call as `numberInvalid` (215) before a carrier is tried (SOFTOUT-03).
 */
export function calleeNumber(typed: string, country: string | undefined): string | undefined {
  if (typed.length > 40 || /[^\d\s+().\-/]/.test(typed)) return undefined;
  const international = typed.trim().replace(/^00/, '+');
  const parsed = parsePhoneNumberFromString(international, country as CountryCode | undefined);
  return parsed?.isPossible() ? parsed.number : undefined;
}
