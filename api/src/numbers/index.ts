export { createNumber, NumberTakenError } from './create-number.js';
export type { NumberDeps } from './number-deps.js';
export { numberOperations } from './operations/index.js';
export { inService, type PhoneNumber, type PhoneNumberStore, phoneNumberCollection } from './phone-number-record.js';
