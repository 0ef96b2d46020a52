import type { CallInContact, EndCode } from '../call-records/call-in-contact.js';
import { callTypeNumber } from './call-type-number.js';
import type { Contact } from './contact.js';
import { endCodeNumber } from './end-code-number.js';

/** What a call was in a contact of that direction whose participant's stay ended so. Pure. */
export function inContact(direction: Contact['direction'], endCode: EndCode): CallInContact {
  return { callType: callTypeNumber[direction], endCode, endCodeNumber: endCodeNumber[endCode] };
}
