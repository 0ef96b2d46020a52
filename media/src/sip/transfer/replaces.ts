import { type Dialog, dialogKey } from '../dialogs/dialog.js';
import { headerParams } from '../parse/header-values.js';
import { SipSyntaxError } from '../sip-errors.js';

/** The dialog that a Replaces header names, as its receiver knows it (RFC 3891 6.1). */
export interface Replaces {
  readonly callId: string;
  /** The receiver's own tag. */
  readonly toTag: string;
  /** The tag of the receiver's peer; '0' stands for a tag of 0 and for none, as a peer of RFC 2543 may have given (3). */
  readonly fromTag: string;
  readonly earlyOnly: boolean;
}

/** Reads a Replaces value. Throws `SipSyntaxError` where Call-ID or a tag is missing. */
export function parseReplaces(value: string): Replaces {
  const { value: callId, params } = headerParams(value);
  const toTag = params.get('to-tag');
  const fromTag = params.get('from-tag');
  if (callId === '' || /\s/.test(callId) || !toTag || !fromTag) {
    throw new SipSyntaxError('Replaces must hold a Call-ID, a to-tag and a from-tag.');
  }
  return { callId, toTag, fromTag, earlyOnly: params.has('early-only') };
}

/** The same; undefined where it cannot be read. */
export function readReplaces(value: string): Replaces | undefined {
  try {
    return parseReplaces(value);
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** The keys that the dialog may have at its receiver: a tag of 0 matches none, too (RFC 3891 3). */
export function keysOfReplaces({ callId, toTag, fromTag }: Replaces): readonly string[] {
  const tags = fromTag === '0' ? ['0', ''] : [fromTag];
  return tags.map((tag) => dialogKey(callId, toTag, tag));
}

/** The Replaces value by which somebody else takes our place at the far end of this dialog: the far end's own tag is the to-tag. */
export function replacesOf({ callId, localTag, remoteTag }: Dialog): string {
  return `${callId};to-tag=${remoteTag || '0'};from-tag=${localTag}`;
}
