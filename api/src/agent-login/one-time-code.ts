import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

export type CodePurpose = 'login' | 'passwordReset' | 'phone';

/** A code that was sent to a phone. There is one for each agent and purpose; a new one replaces it. */
export interface OneTimeCode extends TenantRecord {
  /** Sealed, for a hash of six digits hides nothing. Context: the record's id. */
  readonly sealedCode: string;
  /** Where it went: it proves only that number. */
  readonly phone: string;
  readonly expiresAt: number;
  readonly triesLeft: number;
}

export type OneTimeCodeStore = TenantCollection<OneTimeCode>;

export const oneTimeCodeCollection: CollectionDefinition<OneTimeCode> = { name: 'agentCodes' };

export const codePurposes: readonly CodePurpose[] = ['login', 'passwordReset', 'phone'];

export function codeId(agentId: string, purpose: CodePurpose): string {
  return `${agentId}:${purpose}`;
}
