import type { OperationHandlers } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { conversationOf } from '../internal-message.js';
import type { InternalMessageDeps } from '../internal-message-deps.js';
import { internalMessageView } from '../internal-message-view.js';
import { sendInternalPicture, sendInternalText } from '../send-internal-message.js';

/** The HTTP face of messages between agents. */
export function internalMessageOperations(deps: InternalMessageDeps) {
  const { internalMessages, agents, objects } = deps;
  return {
    sendInternalMessage: async ({ params, body: { to, text } }, { account }) => {
      const envelope = { accountId: account.id, fromAgentId: params.agentId, to };
      return { status: 201, body: internalMessageView(await sendInternalText(deps, envelope, text)) };
    },
    sendInternalPicture: async ({ params, query: { to = '' }, body }, { account }) => {
      const envelope = { accountId: account.id, fromAgentId: params.agentId, to };
      return { status: 201, body: internalMessageView(await sendInternalPicture(deps, envelope, body)) };
    },
    listInternalMessages: async ({ params: { agentId }, query: { limit, cursor, with: other } }, { account }) => {
      if (!(await agents.get(account.id, agentId))) throw new ResourceNotFoundError('agent', agentId);
      const where =
        other === undefined ? { agentIds: { contains: agentId } } : { conversation: conversationOf(agentId, other) };
      const page = await internalMessages.list(account.id, { limit: limit ?? 50, cursor, where });
      return { status: 200, body: { items: page.items.map(internalMessageView), nextCursor: page.nextCursor } };
    },
    getInternalPicture: async ({ params: { internalMessageId: id } }, { account, onlyAgentId }) => {
      const message = await internalMessages.get(account.id, id);
      const hidden = onlyAgentId !== undefined && !message?.agentIds.includes(onlyAgentId);
      if (!message?.picture || hidden) throw new ResourceNotFoundError('picture', id);
      const { type, sizeBytes, objectKey } = message.picture;
      return {
        status: 200,
        content: { type, size: sizeBytes, open: (range) => objects.open(objectKey, range), etag: message.id },
      };
    },
  } satisfies Partial<OperationHandlers>;
}
