export { agentAccess } from './agent-access.js';
export { type AgentSession, type SessionEnd, type SessionStore, sessionCollection } from './agent-session.js';
export { type AgentTokenStore, agentTokenCollection } from './agent-token.js';
export { authenticateSessions, type SessionAuthenticatorDeps } from './authenticate-session.js';
export { type CredentialStore, credentialCollection } from './credential.js';
export type { LoginDeps } from './login-deps.js';
export { type OneTimeCodeStore, oneTimeCodeCollection } from './one-time-code.js';
export { agentLoginOperations } from './operations/index.js';
export { sessionLookup } from './sessions.js';
