export type { Account, AccountEdition, AccountLimits, AccountStatus } from './account.js';
export type { AccountDeps } from './account-deps.js';
export { EditionRequiredError } from './account-errors.js';
export { type AccountStore, accountCollection } from './account-store.js';
export { isDestinationAllowed } from './allowed-destinations.js';
export { type ApiKey, hasScope, type Scope } from './api-key.js';
export { type ApiKeyStore, apiKeyCollection } from './api-key-store.js';
export {
  AccountNotFoundError,
  AccountSuspendedError,
  AuthenticationFailedError,
  type Authenticator,
  createAuthenticator,
  hashKey,
  type KeyPrincipal,
} from './authenticate.js';
export { createAccount } from './create-account.js';
export { checkGrant, createApiKey } from './create-api-key.js';
export { ensureFirstAccount } from './ensure-first-account.js';
export { accountOperations } from './operations/index.js';
export { suspendedAccount } from './suspended-account.js';
