import { isE164, stripSeparators } from '@hookswitch/kernel/phone-number';
import type { TransferTarget } from '@hookswitch/media/port/transfer';
import type { ChildDial } from '../../scripting/index.js';

/**
 * Whom a Refer-To means. At an address of ours: a number (`+…`, `00…`, or eight to fifteen digits as most phones send them), else the user name or id of an endpoint. Anywhere else: that SIP
 * address. Undefined where it means nobody.
 */
export function transferDestination({ uri, user, isOurs }: TransferTarget): ChildDial['target'] | undefined {
  if (!isOurs) return /^sips?:/i.test(uri) ? { kind: 'sip', uri } : undefined;
  const number = asNumber(stripSeparators(user.split(';', 1)[0]!));
  if (number !== undefined) return { kind: 'number', number };
  return /^[\w.~!$&'()*+,=%-]{1,64}$/.test(user) ? { kind: 'endpoint', endpoint: user } : undefined;
}

function asNumber(text: string): string | undefined {
  const number = text.replace(/^00/, '+');
  if (isE164(number)) return number;
  return /^[1-9]\d{7,14}$/.test(number) ? `+${number}` : undefined;
}
