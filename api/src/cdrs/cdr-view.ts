import type { Schema } from '@hookswitch/openapi/operations';
import type { Cdr } from './cdr.js';

/** A CDR as users see it: the same fields. */
export function cdrView(cdr: Cdr): Schema<'Cdr'> {
  const { status, ...rest } = cdr;
  return { ...rest, status: status as Schema<'CdrStatus'>, recordingIds: [...cdr.recordingIds] };
}
