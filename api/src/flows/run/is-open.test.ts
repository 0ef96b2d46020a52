import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpen, type ServiceHours } from './is-open.js';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const office: ServiceHours = {
  timeZone: 'Europe/Berlin',
  weekly: [{ days: [...weekdays], from: '09:00', to: '18:00' }],
  holidays: ['2026-12-25', '2026-12-26'],
  exceptions: [
    { date: '2026-12-24', spans: [{ from: '09:00', to: '12:00' }] },
    { date: '2026-12-26', spans: [{ from: '10:00', to: '11:00' }] },
    { date: '2026-11-25' },
  ],
};
const nights: ServiceHours = { timeZone: 'UTC', weekly: [{ days: ['fri', 'sat'], from: '22:00', to: '02:00' }] };

describe('is open', () => {
  it.each([
    ['at the first minute', '2026-11-23T09:00:00+01:00', true],
    ['before it', '2026-11-23T08:59:59+01:00', false],
    ['in the last minute', '2026-11-23T17:59:59+01:00', true],
    ['at the end', '2026-11-23T18:00:00+01:00', false],
    ['on a day without hours', '2026-11-22T12:00:00+01:00', false],
    ['on a holiday', '2026-12-25T12:00:00+01:00', false],
    ['on a day of other hours, in them', '2026-12-24T11:00:00+01:00', true],
    ['on a day of other hours, after them', '2026-12-24T13:00:00+01:00', false],
    ['on a holiday with hours of its own, a Saturday', '2026-12-26T10:30:00+01:00', true],
    ['on an exception without hours', '2026-11-25T12:00:00+01:00', false],
    ['by the summer’s clock', '2026-07-01T09:00:00+02:00', true],
    ['by the summer’s clock, before', '2026-07-01T08:59:00+02:00', false],
  ])('%s', (_what, at, open) => {
    expect(isOpen(office, Date.parse(at))).toBe(open);
  });

  it.each([
    ['before midnight', '2026-11-20T23:00:00Z', true],
    ['after it', '2026-11-21T01:59:00Z', true],
    ['at the end', '2026-11-21T02:00:00Z', false],
    ['after the last night', '2026-11-22T01:00:00Z', true],
    ['after a night without', '2026-11-20T01:00:00Z', false],
  ])('goes on over midnight: %s', (_what, at, open) => {
    expect(isOpen(nights, Date.parse(at))).toBe(open);
  });

  it('belongs to the day it begins on: on into a holiday, and not out of one', () => {
    const hours = { ...nights, holidays: ['2026-11-21'] };
    expect(isOpen(hours, Date.parse('2026-11-21T01:00:00Z'))).toBe(true);
    expect(isOpen(hours, Date.parse('2026-11-21T23:00:00Z'))).toBe(false);
    expect(isOpen(hours, Date.parse('2026-11-22T01:00:00Z'))).toBe(false);
  });

  it('is open all day from 00:00 to 24:00, and never where it ends when it begins', () => {
    const days = [...weekdays];
    const at = Date.parse('2026-11-23T23:59:59Z');
    expect(isOpen({ timeZone: 'UTC', weekly: [{ days, from: '00:00', to: '24:00' }] }, at)).toBe(true);
    expect(isOpen({ timeZone: 'UTC', weekly: [{ days, from: '09:00', to: '09:00' }] }, at)).toBe(false);
  });

  it('counts an hour that clocks pass twice as often, and none that they leave out', () => {
    const hours: ServiceHours = {
      timeZone: 'Europe/Berlin',
      weekly: [{ days: ['sun'], from: '02:00', to: '03:00' }],
    };
    const openMinutes = (day: string) =>
      Array.from({ length: 1440 }, (_, minute) => Date.parse(`${day}T00:00:00Z`) + minute * 60_000).filter((at) =>
        isOpen(hours, at),
      ).length;
    expect([openMinutes('2026-10-25'), openMinutes('2026-03-29')]).toEqual([120, 0]);
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => isOpen({ ...office, timeZone: 'Mars/Olympus' }, 0)).toThrow(RangeError);
  });

  const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
  const to = fc.oneof(time, fc.constant('24:00'));
  const date = fc.integer({ min: 0, max: 9 }).map((day) => `2026-03-${two(25 + day > 31 ? 25 : 25 + day)}`);
  const hours = fc.record({
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
    weekly: fc.array(
      fc.record({
        days: fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), { minLength: 1 }),
        from: time,
        to,
      }),
      { maxLength: 4 },
    ),
    holidays: fc.array(date, { maxLength: 2 }),
    exceptions: fc.uniqueArray(fc.record({ date, spans: fc.array(fc.record({ from: time, to }), { maxLength: 2 }) }), {
      maxLength: 2,
      selector: (one) => one.date,
    }),
  }) as fc.Arbitrary<ServiceHours>;

  it('agrees with a model that opens minute by minute', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 8 * 1440 - 1 }), (given, minute) => {
        const at = Date.UTC(2026, 2, 25) + minute * 60_000;
        const wall = new Intl.DateTimeFormat('sv-SE', {
          timeZone: given.timeZone,
          dateStyle: 'short',
          timeStyle: 'short',
        }).format(at);
        expect(isOpen(given, at)).toBe(openMinutes(given).has(wall));
      }),
      { numRuns: 150 },
    );
  });
});

/** Every open minute of the days around, as `2026-03-25 09:00`, opened one by one. */
function openMinutes(hours: ServiceHours): Set<string> {
  const open = new Set<string>();
  for (let day = -3; day < 12; day++) {
    const midnight = Date.UTC(2026, 2, 25 + day);
    const date = new Date(midnight).toISOString().slice(0, 10);
    const weekday = new Date(midnight).toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' }).toLowerCase();
    const exception = hours.exceptions?.find((one) => one.date === date);
    const regular = hours.holidays?.includes(date)
      ? []
      : hours.weekly.filter(({ days }) => days.includes(weekday as 'mon'));
    for (const { from, to } of exception ? (exception.spans ?? []) : regular) {
      if (from === to) continue;
      let clock = from;
      for (let at = midnight + minutes(from) * 60_000; clock !== to; at += 60_000) {
        open.add(new Date(at).toISOString().slice(0, 16).replace('T', ' '));
        const next = new Date(at + 60_000).toISOString().slice(11, 16);
        clock = next === '00:00' && to === '24:00' ? '24:00' : next;
      }
    }
  }
  return open;
}

function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return hour! * 60 + minute!;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
