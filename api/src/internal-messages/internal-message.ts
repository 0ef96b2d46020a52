import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { PictureType } from './picture-type.js';

/** What an agent wrote or sent to another agent of the account (AGENT-05). Never changed. */
export interface InternalMessage extends TenantRecord {
  readonly fromAgentId: string;
  readonly toAgentId: string;
  /** Both of them, the smaller id first: what `list` looks for. */
  readonly agentIds: readonly [string, string];
  /** The same as one text. */
  readonly conversation: string;
  readonly text?: string;
  readonly picture?: { readonly type: PictureType; readonly sizeBytes: number; readonly objectKey: string };
}

export type InternalMessageStore = TenantCollection<InternalMessage>;

export const internalMessageCollection: CollectionDefinition<InternalMessage> = {
  name: 'internalMessages',
  indexes: [['agentIds'], ['conversation']],
};

/** The two who talk, as one text, whoever of them it is asked of. */
export function conversationOf(a: string, b: string): string {
  return [a, b].sort().join(' ');
}
