import { withoutConnection } from '../flow.js';
import type { SipCredentials } from '../sip-command.js';
import type { Dialog } from './dialog.js';
import type { SessionTimer } from './session-timer.js';

/**
 * An answered session as plain data: what a later process needs to go on with it. Whoever has it can speak for us in the call, and may learn the password of a carrier.
 *
 * What is under way (an offer, a request that waits for its answer) is not part of it: the session goes on from what both sides agreed on last.
 */
export interface SessionSnapshot {
  readonly dialog: Dialog;
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
  /** Whether the peer takes UPDATE. */
  readonly peerUpdates: boolean;
  /** Our last description that the peer took, and its last that we took. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  readonly timer: SessionTimer | undefined;
}

/** Requests of ours that may have gone out after the snapshot: their counts are not used again (RFC 3261 12.2.1.1). */
const skippedRequests = 100;

/**
 * The dialog as a later process has it. The peer's last request may come again, since its answer may be lost; and connections of the former process are gone, so that
 * what goes to the peer needs a new one.
 */
export function dialogOfFormerProcess(dialog: Dialog): Dialog {
  return {
    ...dialog,
    localCseq: dialog.localCseq + skippedRequests,
    remoteCseq: dialog.remoteCseq === undefined ? undefined : dialog.remoteCseq - 1,
    path: withoutConnection(dialog.path),
  };
}
