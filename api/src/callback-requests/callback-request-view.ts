import type { Schema } from '@hookswitch/openapi/operations';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import { seesNumbers, shownToAgent } from '../number-protection/index.js';
import type { RequestContext } from '../operation/handler.js';
import type { CallbackRequest } from './callback-request.js';

/** A request as whoever asks may see it: numbers as those of customers who call in. */
export async function shownCallbackRequest(
  settingsOf: CentreSettingsOf,
  request: CallbackRequest,
  context: RequestContext,
): Promise<Schema<'CallbackRequest'>> {
  const view = callbackRequestView(request);
  if (seesNumbers(context)) return view;
  const { numberProtection } = await settingsOf(request.accountId);
  const { number, protectedId } = shownToAgent(request.number, numberProtection.inbound, request.protectedNumber);
  return { ...view, number: protectedId ?? number };
}

function callbackRequestView(request: CallbackRequest): Schema<'CallbackRequest'> {
  return {
    id: request.id,
    accountId: request.accountId,
    number: request.number,
    skillGroupId: request.skillGroupId,
    note: request.note,
    contactId: request.contactId ?? null,
    status: request.status,
    agentId: request.agentId ?? null,
    takenAt: request.takenAt ?? null,
    callContactId: request.callContactId ?? null,
    closedAt: request.closedAt ?? null,
    closingNote: request.closingNote ?? null,
    createdAt: request.createdAt,
    updatedAt: request.updatedAt,
    revision: request.revision,
  };
}
