import type { FieldError } from '@hookswitch/kernel/base-error';
import { type AccountEdition, EditionRequiredError } from '../accounts/index.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import type { CentreSettings } from './centre-settings.js';

/**
 * Whether an account of this edition may work so.
 * @throws EditionRequiredError, InvalidRequestError
 */
export function checkCentreSettings(settings: CentreSettings, edition: AccountEdition): void {
  const wrong = [...wrongTimeZone(settings), ...wrongRestReasons(settings), ...wrongProtection(settings)];
  if (wrong.length > 0) throw new InvalidRequestError(wrong);
  if (edition === 'premium') return;
  const { inbound, outbound } = settings.numberProtection;
  if (inbound === 'map' || outbound === 'map') throw new EditionRequiredError('Mapping numbers to ids');
  if (settings.callerIdRule === 'sameArea') throw new EditionRequiredError("Showing a number of the callee's area");
  if (settings.outboundMemory === 'preferred') throw new EditionRequiredError('Preferring the agent who called');
}

function wrongTimeZone({ timeZone }: CentreSettings): FieldError[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [{ pointer: '/timeZone', message: 'must be the IANA name of a time zone, like Asia/Shanghai' }];
  }
}

function wrongRestReasons({ restReasons }: CentreSettings): FieldError[] {
  return restReasons.flatMap(({ name }, at) =>
    restReasons.findIndex((other) => other.name === name) === at
      ? []
      : [{ pointer: `/restReasons/${at}/name`, message: 'stands twice' }],
  );
}

function wrongProtection({ numberProtection: { inbound, outbound, mapping } }: CentreSettings): FieldError[] {
  if ((inbound !== 'map' && outbound !== 'map') || mapping !== undefined) return [];
  return [{ pointer: '/numberProtection/mapping', message: 'is needed where numbers are mapped' }];
}
