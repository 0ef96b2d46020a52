import { failureAcross } from './q850.js';
import type { Termination } from './termination.js';
import { refusalStatus } from './termination-from-sip.js';

/**
 * How the end of one leg ends the one that lived by it: of an answered one the cause crosses (RFC 3326), of one that waits for its answer status and cause as its caller may be told
 * them. That the call was taken elsewhere crosses too, so that no phone shows it as missed.
 */
export function endAcross(
  { result, reason, sip, q850 }: Termination,
  { answered }: { readonly answered: boolean },
): Partial<Termination> {
  if (reason === 'answered-elsewhere') return { by: 'local', reason };
  const failed = result !== 'completed' && result !== 'canceled';
  const told = failed ? failureAcross(sip ?? refusalStatus(reason), q850) : q850 === undefined ? {} : { q850 };
  if (failed && !answered) return { by: 'local', result, reason, ...told };
  return { by: 'local', reason: 'hangup', ...(told.q850 === undefined ? {} : { q850: told.q850 }) };
}
