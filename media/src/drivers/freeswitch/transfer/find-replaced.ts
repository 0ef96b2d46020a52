import { type Replaces, readReplaces } from '../../../sip/transfer/replaces.js';
import { isDialog } from '../leg/leg-dialog.js';
import type { SwitchLeg } from '../leg/switch-leg.js';

/** Whose place an INVITE asks to take, or how it is refused (RFC 3891 3); undefined where it asks for none. */
export type Replaced = { readonly leg: SwitchLeg } | { readonly status: 400 | 481 | 486 | 603 } | undefined;

/** Finds the leg that a Replaces names: an answered one, or one of ours that is not answered yet. */
export function findReplaced(
  value: string | undefined,
  legs: readonly SwitchLeg[],
  hasEnded: (dialog: Replaces) => boolean,
): Replaced {
  if (value === undefined) return undefined;
  const replaces = readReplaces(value);
  if (!replaces) return { status: 400 };
  const leg = legs.find(({ dialog }) => dialog !== undefined && isDialog(dialog, replaces));
  if (!leg) return { status: hasEnded(replaces) ? 603 : 481 };
  if (leg.status === 'ended') return { status: 603 };
  if (leg.status !== 'answered' && leg.direction === 'inbound') return { status: 481 };
  return replaces.earlyOnly && leg.status === 'answered' ? { status: 486 } : { leg };
}
