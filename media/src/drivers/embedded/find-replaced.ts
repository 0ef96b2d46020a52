import type { NamedLeg } from '../../port/transfer.js';
import type { SipRequest } from '../../sip/parse/message.js';
import { readReplaces } from '../../sip/transfer/replaces.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { SipStack } from './sip-stack.js';

/** The leg whose dialog a Replaces names, or how it is refused (RFC 3891 3). */
export type FoundLeg = NamedLeg<EmbeddedLeg>;

type LegOf = (sessionId: string) => EmbeddedLeg | undefined;

/** Finds the leg that a Replaces value names: Call-ID and both tags must be those of its dialog. */
export function findNamed(value: string, stack: SipStack, legOf: LegOf): FoundLeg & { readonly isTheirs?: boolean } {
  const replaces = readReplaces(value);
  if (!replaces) return { status: 400 };
  const found = stack.do((agent, now) => agent.findReplaced(replaces, now));
  if (found === 'ended') return { status: 603 };
  const leg = found === 'none' ? undefined : legOf(found.sessionId);
  if (found === 'none' || !leg) return { status: 481 };
  if (replaces.earlyOnly && found.dialog === 'confirmed') return { status: 486 };
  return { leg, isTheirs: found.dialog === 'their-early' };
}

/** Whose place an INVITE asks to take: an answered leg, or one of ours that is not answered yet. Undefined where it asks for none. */
export function findReplaced(request: SipRequest, stack: SipStack, legOf: LegOf): FoundLeg | undefined {
  const [value, ...more] = request.lines('replaces');
  if (value === undefined) return undefined;
  if (more.length > 0) return { status: 400 };
  const found = findNamed(value, stack, legOf);
  return found.isTheirs ? { status: 481 } : found;
}
