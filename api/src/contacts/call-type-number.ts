import type { Contact } from './contact.js';

/** The numbers of call types in Tencent's contact centre (reference, section 1). */
export const callTypeNumber: Readonly<Record<Contact['direction'], number>> = {
  outbound: 1,
  inbound: 2,
  internal: 6,
};
