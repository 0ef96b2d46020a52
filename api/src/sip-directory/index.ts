export { createSipDirectory, type RegistrationLimits } from './sip-directory.js';
export { createTrunkAddressBook, type TrunkAddressBook } from './trunk-address-book.js';
