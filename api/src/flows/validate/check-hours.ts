import type { FieldError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import type { FlowFaultCode } from '../document/flow-fault.js';

/** What is wrong in service hours, with the pointer in them. */
export interface HoursFault extends FieldError {
  readonly code: Extract<FlowFaultCode, 'unknown-time-zone' | 'wrong-hours'>;
}

/** What a schema cannot say of service hours: the time zone exists, spans take time, a date has one entry. */
export function hoursFaults({ timeZone, weekly, exceptions = [] }: Schema<'ServiceHours'>): readonly HoursFault[] {
  const faults: HoursFault[] = [];
  if (!isTimeZone(timeZone)) {
    const message = `is no time zone: ${timeZone}. Give an IANA name, as Europe/Berlin.`;
    faults.push({ pointer: '/timeZone', code: 'unknown-time-zone', message });
  }
  const wrong = (pointer: string, message: string) => faults.push({ pointer, code: 'wrong-hours', message });
  const checkSpan = (pointer: string, { from, to }: Schema<'TimeSpan'>) => {
    if (from === '24:00') wrong(`${pointer}/from`, 'must be before 24:00.');
    else if (from === to) wrong(`${pointer}/to`, 'must be another time than `from`; all day is 00:00 to 24:00.');
  };
  for (const [index, span] of weekly.entries()) checkSpan(`/weekly/${index}`, span);
  const dates = new Set<string>();
  for (const [index, { date, spans = [] }] of exceptions.entries()) {
    if (dates.has(date)) wrong(`/exceptions/${index}/date`, `has an entry already: ${date}.`);
    dates.add(date);
    for (const [at, span] of spans.entries()) checkSpan(`/exceptions/${index}/spans/${at}`, span);
  }
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
