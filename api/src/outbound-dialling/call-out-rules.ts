import type { EndCode } from '../call-records/call-in-contact.js';
import type { CentreSettings } from '../contact-centre/index.js';

/** When and how often this number was called before, milliseconds since the epoch, within the longest limit. */
export type EarlierCalls = readonly number[];

/** Why a call out is not placed: an end code of the contact. Undefined: it may be. The reasons are those of `CentreSettings`, in this order: hours, frequency. */
export function callOutRefusal(
  settings: Pick<CentreSettings, 'callOutHours' | 'calleeLimits' | 'timeZone'>,
  earlier: EarlierCalls,
  now: number,
): Extract<EndCode, 'restrictedTime' | 'tooManyRequest'> | undefined {
  const { callOutHours: hours } = settings;
  if (hours && !within(hours, timeOfDay(now, settings.timeZone))) return 'restrictedTime';
  const tooMany = settings.calleeLimits.some(
    ({ calls, withinSeconds }) => earlier.filter((at) => at > now - withinSeconds * 1000).length >= calls,
  );
  return tooMany ? 'tooManyRequest' : undefined;
}

/** The longest time that the limits look back, milliseconds. */
export function longestLookBackMs({ calleeLimits }: Pick<CentreSettings, 'calleeLimits'>): number {
  return Math.max(0, ...calleeLimits.map(({ withinSeconds }) => withinSeconds * 1000));
}

/** From the first minute until before the last one; past midnight where `to` is not after `from`. */
function within({ from, to }: { readonly from: string; readonly to: string }, time: string): boolean {
  return from < to ? from <= time && time < to : time >= from || time < to;
}

/** `HH:MM` in that time zone. */
function timeOfDay(now: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    now,
  );
}
