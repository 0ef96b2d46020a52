/** A moment as clocks and calendars of some place have it. */
export interface LocalTime {
  /** `2026-11-23`. */
  readonly date: string;
  /** Of the day, 0 to 1439. */
  readonly minute: number;
  readonly weekday: 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';
}

/** Making one takes far longer than using it. There are some 600 zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
const mostFormats = 1000;

/**
 * The local time in an IANA time zone.
 * @throws RangeError where there is no such zone
 */
export function localTime(timeZone: string, atMs: number): LocalTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) parts[type] = value;
  return {
    date: `${parts.year!.padStart(4, '0')}-${parts.month}-${parts.day}`,
    minute: Number(parts.hour) * 60 + Number(parts.minute),
    weekday: parts.weekday!.toLowerCase() as LocalTime['weekday'],
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, format);
  return format;
}
