import type { CentreSettings } from '../contact-centre/index.js';
import type { NumberMapper } from '../number-protection/index.js';
import type { CallTarget } from './call-out-request.js';
import { calleeNumber } from './callee-number.js';

/** Whom a call out is for. */
export interface Callee {
  /** E.164. */
  readonly number: string;
  /** What stands for it, where it was given. */
  readonly protectedId?: string;
}

/** What was given is no number; kept as it was typed. */
export interface CallRefusal extends Callee {
  readonly refused: 'numberInvalid';
}

/**
 * The number behind what was given. Where numbers are mapped an id is given, unless the request says that it is a number (OUTSET-04).
 * @throws NumberMappingError where the customer's interface does not say
 */
export async function calleeOf(
  to: Exclude<CallTarget, { kind: 'colleague' }>,
  { accountId, country, numberProtection: { outbound, mapping } }: CentreSettings,
  { numberMapper }: { readonly numberMapper: NumberMapper },
): Promise<Callee | CallRefusal> {
  if (to.kind === 'known') {
    const { number, protectedId } = to;
    return { number, ...(protectedId === undefined ? {} : { protectedId }) };
  }
  if (outbound === 'map' && mapping !== undefined && !to.real) {
    return { number: await numberMapper.numberOf(accountId, mapping, to.text), protectedId: to.text };
  }
  const number = calleeNumber(to.text, country);
  return number === undefined ? { number: to.text, refused: 'numberInvalid' } : { number };
}
