import type { SipRequest } from '../../sip/parse/message.js';
import { readReplaces } from '../../sip/transfer/replaces.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { SipStack } from './sip-stack.js';

/** Whose place an INVITE asks to take, or how it is refused (RFC 3891 3); undefined where it asks for none. */
export type Replaced = { readonly leg: EmbeddedLeg } | { readonly status: 400 | 481 | 486 | 603 } | undefined;

/** Reads Replaces and finds its leg: an answered one, or one of ours that is not answered yet. */
export function findReplaced(
  request: SipRequest,
  stack: SipStack,
  legOf: (sessionId: string) => EmbeddedLeg | undefined,
): Replaced {
  const values = request.lines('replaces');
  if (values.length === 0) return undefined;
  const replaces = values.length === 1 ? readReplaces(values[0]!) : undefined;
  if (!replaces) return { status: 400 };
  const found = stack.do((agent, now) => agent.findReplaced(replaces, now));
  if (found === 'ended') return { status: 603 };
  const leg = found === 'none' ? undefined : legOf(found.sessionId);
  if (found === 'none' || !leg) return { status: 481 };
  return replaces.earlyOnly && !found.early ? { status: 486 } : { leg };
}
