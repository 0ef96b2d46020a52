import type { EndCode } from '../contacts/contact.js';

/** What a call was in a contact of the contact centre, in Tencent's words and numbers (reference, sections 1 and 6): it stands in the call's CDR. */
export interface CallInContact {
  /** 1 out, 2 in, 6 internal. */
  readonly callType: number;
  /** How the stay ended of the participant whose call it was. */
  readonly endCode: EndCode;
  /** Null where that code has no number. */
  readonly endCodeNumber: number | null;
}
