import { normalEmail } from '../agents/index.js';
import { InvalidRequestError, ResourceNotFoundError } from '../operation/request-errors.js';
import { timestamp } from '../store/timestamp.js';
import { conversationOf, type InternalMessage } from './internal-message.js';
import type { InternalMessageDeps } from './internal-message-deps.js';
import { NotAPictureError } from './internal-message-errors.js';
import { internalMessageView } from './internal-message-view.js';
import { pictureType } from './picture-type.js';

const mostPictureBytes = 5 * 1024 * 1024;

interface Envelope {
  readonly accountId: string;
  readonly fromAgentId: string;
  /** Id, e-mail address or staff number. */
  readonly to: string;
}

/** Keeps a text and tells both agents. @throws ResourceNotFoundError, InvalidRequestError */
export async function sendInternalText(
  deps: InternalMessageDeps,
  envelope: Envelope,
  text: string,
): Promise<InternalMessage> {
  return send(deps, { ...(await newMessage(deps, envelope, '/to')), text });
}

/** Keeps a picture and tells both agents. @throws ResourceNotFoundError, InvalidRequestError, NotAPictureError */
export async function sendInternalPicture(
  deps: InternalMessageDeps,
  envelope: Envelope,
  bytes: Buffer,
): Promise<InternalMessage> {
  const message = await newMessage(deps, envelope, 'query:to');
  const type = pictureType(bytes);
  if (type === undefined || bytes.length > mostPictureBytes) throw new NotAPictureError();
  const objectKey = `${message.accountId}/pictures/${message.id}`;
  await deps.objects.put(objectKey, bytes, type);
  return send(deps, { ...message, picture: { type, sizeBytes: bytes.length, objectKey } });
}

async function newMessage(
  deps: InternalMessageDeps,
  { accountId, fromAgentId, to }: Envelope,
  pointer: string,
): Promise<InternalMessage> {
  if (!(await deps.agents.get(accountId, fromAgentId))) throw new ResourceNotFoundError('agent', fromAgentId);
  const recipient =
    (await deps.agents.get(accountId, to)) ??
    (await deps.agents.findOne(accountId, { email: normalEmail(to) })) ??
    (await deps.agents.findOne(accountId, { staffNumber: to }));
  if (!recipient || recipient.id === fromAgentId) {
    throw new InvalidRequestError([
      { pointer, message: 'must be the id, e-mail address or staff number of another agent' },
    ]);
  }
  const now = timestamp(deps.clock);
  const [first, second] = [fromAgentId, recipient.id].sort() as [string, string];
  return {
    id: deps.newId('IM'),
    accountId,
    fromAgentId,
    toAgentId: recipient.id,
    agentIds: [first, second],
    conversation: conversationOf(first, second),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
}

async function send(deps: InternalMessageDeps, message: InternalMessage): Promise<InternalMessage> {
  await deps.internalMessages.insert(message);
  const { accountId, fromAgentId, toAgentId } = message;
  const event = { type: 'message', at: deps.clock.now(), data: { message: internalMessageView(message) } };
  await Promise.all([toAgentId, fromAgentId].map((of) => deps.streams.publish({ accountId, of }, event)));
  return message;
}
