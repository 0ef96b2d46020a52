export type { BindingStore } from './binding-store.js';
export { createSipDirectory, type RegistrationLimits } from './sip-directory.js';
export { createTrunkAddressBook, type TrunkAddressBook } from './trunk-address-book.js';
