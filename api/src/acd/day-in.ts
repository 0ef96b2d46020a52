const formats = new Map<string, Intl.DateTimeFormat>();

/** The day (yyyy-mm-dd) in that time zone (IANA name) at that time. */
export function dayIn(timeZone: string, at: number): string {
  let format = formats.get(timeZone);
  if (!format) {
    // The Canadian way to write a date is ours.
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
