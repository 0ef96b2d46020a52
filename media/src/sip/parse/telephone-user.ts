import type { SipUri } from './uri.js';

const visualSeparators = /[().-]/g;
const globalNumber = /^\+[().-]*\d[\d().-]*$/;
const localNumber = /^[\d*#().-]*\d[\d*#().-]*$/;

/**
 * The user part of a URI as it is dialled: where it is a telephone number (RFC 3261 19.1.6: it starts with a plus, has parameters of its own, or the URI
 * says `user=phone`), without its parameters and visual separators (RFC 3966 3, 5.1.1). Everything else stays as it is: `10-20` may be a name.
 */
export function telephoneUser({ user, params }: SipUri): string {
  const semicolon = user.indexOf(';');
  const number = semicolon < 0 ? user : user.slice(0, semicolon);
  const mayBeLocal = semicolon >= 0 || params.get('user')?.toLowerCase() === 'phone';
  const isNumber = globalNumber.test(number) || (mayBeLocal && localNumber.test(number));
  return isNumber ? number.replace(visualSeparators, '') : user;
}
