import { BaseError } from '@hookswitch/kernel/base-error';
import { utcDay } from './usage-counter.js';

const dayMs = 86_400_000;
const maxDays = 366;

/** A period that runs backwards or is too long. */
export class InvalidUsagePeriodError extends BaseError {
  constructor(pointer: string, message: string) {
    super('invalid', 'invalid-request', `${pointer.slice('query:'.length)} ${message}.`, {
      fields: [{ pointer, message }],
    });
  }
}

/**
 * The days asked for, `YYYY-MM-DD`, both included: by default the last 30 and today.
 * @throws InvalidUsagePeriodError
 */
export function usagePeriod(
  asked: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): { readonly from: string; readonly to: string } {
  const to = asked.to ?? utcDay(nowMs);
  const from = asked.from ?? utcDay(Date.parse(to) - 30 * dayMs);
  if (from > to) throw new InvalidUsagePeriodError('query:from', `must not be after to (${to})`);
  if (Date.parse(to) - Date.parse(from) > maxDays * dayMs) {
    throw new InvalidUsagePeriodError('query:to', `must be at most ${maxDays} days after from`);
  }
  return { from, to };
}
