import type { CallFacts } from '../../../port/live-call.js';
import type { SessionSnapshot } from '../../../sip/dialogs/session-snapshot.js';
import type { UnansweredInvite } from '../../../sip/dialogs/unanswered-invite.js';
import type { SdpSnapshot } from '../../../sip/sdp/offer-answer.js';
import type { RelayedSnapshot } from '../relay/relayed-session.js';

/** What a later process needs to go on with an answered leg of this driver: `LegSnapshot.state`. */
export interface EmbeddedLegState {
  /** Its name in the media plane. */
  readonly legId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly facts: CallFacts;
  readonly isToOurPhone: boolean;
  /** The phone of ours at the far end. */
  readonly endpointId: string | undefined;
  /** The other end is a node of this installation. */
  readonly isInside?: true;
  /** The far end holds us. */
  readonly isHeld: boolean;
  /** Where its signalling comes from. */
  readonly signallingAddress: string;
  readonly session: SessionSnapshot;
  readonly description: SdpSnapshot;
  /** Undefined where no relay is in the way of its media. */
  readonly relayed: RelayedSnapshot | undefined;
}

/** What it needs to end one that has no final answer. */
export interface UnansweredLegState {
  readonly unanswered: readonly UnansweredInvite[];
}

export const snapshotDriver = 'embedded';
/** Goes up with every change to `EmbeddedLegState` that an older process could not read, or a newer one not do without. */
export const snapshotVersion = 1;
