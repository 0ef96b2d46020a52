export { type PhoneNumber, type PhoneNumberStore, phoneNumberCollection } from './phone-number-record.js';
