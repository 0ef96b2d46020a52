import {
  MediaPlaneLostError,
  NoCommonCodecError,
  NoEncryptionError,
  NoMediaPortError,
} from '../../port/engine-errors.js';
import {
  MediaRelayFullError,
  MediaRelayRefusedError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
} from '../../port/media-relay.js';
import type { TerminationReason } from '../../port/termination.js';
import { SipSyntaxError } from '../../sip/sip-errors.js';

/** How an INVITE whose media could not be opened is answered. */
export function refusalFor(error: unknown): [status: number, reason: TerminationReason] {
  if (error instanceof NoCommonCodecError) return [488, 'no-common-codec'];
  if (error instanceof NoEncryptionError) return [488, 'no-encryption'];
  if (error instanceof NoMediaPortError) return [503, 'overload'];
  if (error instanceof MediaPlaneLostError) return [503, 'media-lost'];
  if (error instanceof SipSyntaxError) return [400, 'rejected'];
  if (error instanceof MediaRelayRefusedError) return [488, 'no-common-codec'];
  if (error instanceof MediaRelayFullError || error instanceof MediaRelayUnavailableError) return [503, 'overload'];
  if (error instanceof MediaRelaySessionError) return [503, 'media-lost'];
  return [500, 'internal-error'];
}
