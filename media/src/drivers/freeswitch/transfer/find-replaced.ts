import type { NamedLeg } from '../../../port/transfer.js';
import { type Replaces, readReplaces } from '../../../sip/transfer/replaces.js';
import { isDialog } from '../leg/leg-dialog.js';
import type { SwitchLeg } from '../leg/switch-leg.js';

/** The leg whose dialog a Replaces names, or how it is refused (RFC 3891 3). */
export type FoundLeg = NamedLeg<SwitchLeg>;

type HasEnded = (dialog: Replaces) => boolean;

/** Finds the leg that a Replaces value names, answered or not. */
export function findNamed(value: string, legs: readonly SwitchLeg[], hasEnded: HasEnded): FoundLeg {
  const replaces = readReplaces(value);
  if (!replaces) return { status: 400 };
  const leg = legs.find(({ dialog }) => dialog !== undefined && isDialog(dialog, replaces));
  if (!leg) return { status: hasEnded(replaces) ? 603 : 481 };
  if (leg.status === 'ended') return { status: 603 };
  return replaces.earlyOnly && leg.status === 'answered' ? { status: 486 } : { leg };
}

/** Whose place an INVITE asks to take: an answered leg, or one of ours that is not answered yet. Undefined where it asks for none. */
export function findReplaced(
  value: string | undefined,
  legs: readonly SwitchLeg[],
  hasEnded: HasEnded,
): FoundLeg | undefined {
  if (value === undefined) return undefined;
  const found = findNamed(value, legs, hasEnded);
  const isTheirs = 'leg' in found && found.leg.status !== 'answered' && found.leg.direction === 'inbound';
  return isTheirs ? { status: 481 } : found;
}
