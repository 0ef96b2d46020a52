export { type BlacklistEntry, type BlacklistEntryStore, blacklistEntryCollection } from './blacklist-entry.js';
export type { BlacklistApiDeps, BlacklistEntryDeps } from './blacklist-entry-deps.js';
export { createBlacklistEntry } from './create-blacklist-entry.js';
export { isBlacklisted } from './is-blacklisted.js';
export { KeptOut } from './kept-out.js';
export { blacklistEntryOperations } from './operations/index.js';
