export type { BindingStore } from './binding-store.js';
export { createMemoryBindingStore } from './memory-binding-store.js';
export { createMemoryTrunkRegistrationStore } from './memory-trunk-registration-store.js';
export { ReportTrunkRegistrations } from './report-trunk-registrations.js';
export { type RegistrationLease, SharedRegistrations } from './shared-registrations.js';
export type { TrunkRegistrationReport, TrunkRegistrationStore } from './trunk-registration-store.js';
