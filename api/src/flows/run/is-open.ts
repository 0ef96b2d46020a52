import type { Schema } from '@hookswitch/openapi/operations';
import { type LocalTime, localTime } from './local-time.js';

export type ServiceHours = Schema<'ServiceHours'>;

interface Span {
  /** Minutes of the day; `to` is not in it. One that ends before it begins goes on to the next day. */
  readonly from: number;
  readonly to: number;
}

/**
 * Whether somebody is there at that moment. A span belongs to the date on which it begins, so what goes on over midnight does so into a holiday as well. One
 * that ends when it begins is empty. Clocks that are set back pass an hour twice, and both count.
 *
 * @throws RangeError for a time zone that does not exist
 */
export function isOpen(hours: ServiceHours, atMs: number): boolean {
  const { date, minute, weekday } = localTime(hours.timeZone, atMs);
  if (spansOf(hours, { date, weekday }).some(({ from, to }) => minute >= from && (minute < to || to < from))) {
    return true;
  }
  return spansOf(hours, dayBefore(date)).some(({ from, to }) => to < from && minute < to);
}

function spansOf(hours: ServiceHours, { date, weekday }: Pick<LocalTime, 'date' | 'weekday'>): readonly Span[] {
  const exception = hours.exceptions?.find((one) => one.date === date);
  if (exception) return (exception.spans ?? []).map(spanOf);
  if (hours.holidays?.includes(date)) return [];
  return hours.weekly.filter(({ days }) => days.includes(weekday)).map(spanOf);
}

function spanOf({ from, to }: { readonly from: string; readonly to: string }): Span {
  return { from: minuteOf(from), to: minuteOf(to) };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function dayBefore(date: string): Pick<LocalTime, 'date' | 'weekday'> {
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000);
  return { date: before.toISOString().slice(0, 10), weekday: weekdays[before.getUTCDay()]! };
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
