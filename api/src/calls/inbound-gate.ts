import type { CallScript } from './call.js';
import type { NewCall } from './call-store.js';

/** What the contact centre says of an incoming call before anything is heard. It must cost next to nothing for accounts that do not ask for it. */
export interface InboundGate {
  /** Whether the caller is kept out (SOFTIN-15). The call is refused, and leaves a record and a CDR. */
  keepsOut(call: NewCall): Promise<boolean>;
  /** The script of a call that is let in: its application's, or one that comes before that (OUTSET-06). */
  scriptFor(call: NewCall, script: CallScript): Promise<CallScript>;
}

/** For a platform without a contact centre: everybody comes in. */
export const openGate: InboundGate = {
  keepsOut: async () => false,
  scriptFor: async (_call, script) => script,
};
