export type { Account, AccountEdition, AccountLimits, AccountStatus, SealedSigningSecret } from './account.js';
export { type ApiKey, hasScope, type Scope } from './api-key.js';
