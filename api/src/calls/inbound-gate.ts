import type { CallScript } from '../call-records/call.js';
import type { CallInContact } from '../call-records/call-in-contact.js';
import type { NewCall } from '../call-records/call-store.js';

/** What the contact centre says of an incoming call before anything is heard. It must cost next to nothing for accounts that do not ask for it. */
export interface InboundGate {
  /** Whether the caller is kept out (SOFTIN-15), and what the call was then. It is refused, and leaves a record and a CDR. */
  keepsOut(call: NewCall): Promise<CallInContact | undefined>;
  /** The script of a call that is let in: its application's, or one that comes before that (OUTSET-06). `conclude` where it is let in to be turned away. */
  scriptFor(call: NewCall, script: CallScript, conclude: (inContact: CallInContact) => void): Promise<CallScript>;
}

/** For a platform without a contact centre: everybody comes in. */
export const openGate: InboundGate = {
  keepsOut: async () => undefined,
  scriptFor: async (_call, script) => script,
};
