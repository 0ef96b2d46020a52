import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** How digits are asked of a customer during a talk. */
export interface DigitTemplate extends TenantRecord {
  readonly name: string;
  readonly prompt: DigitPrompt;
  /** Most digits, or exactly so many where `fixedLength`. */
  readonly digits: number;
  /** Fewer digits count as none. */
  readonly fixedLength: boolean;
  readonly finishOnKey: string;
  readonly timeoutSeconds: number;
  /** Told of the digits, where there is one. */
  readonly callbackUrl?: string;
}

export type DigitTemplateStore = TenantCollection<DigitTemplate>;

export const digitTemplateCollection: CollectionDefinition<DigitTemplate> = {
  name: 'digitTemplates',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};

/** What the customer hears first. */
export type DigitPrompt = { readonly text: string; readonly language?: string } | { readonly audioId: string };
