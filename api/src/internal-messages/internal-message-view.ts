import type { Schema } from '@hookswitch/openapi/operations';
import type { InternalMessage } from './internal-message.js';

/** As agents see it. */
export function internalMessageView({ picture, ...message }: InternalMessage): Schema<'InternalMessage'> {
  return {
    id: message.id,
    accountId: message.accountId,
    fromAgentId: message.fromAgentId,
    toAgentId: message.toAgentId,
    text: message.text ?? null,
    picture: picture ? { type: picture.type, sizeBytes: picture.sizeBytes } : null,
    createdAt: message.createdAt,
  };
}
