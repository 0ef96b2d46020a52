import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { timestamp } from '../store/timestamp.js';
import type { CallbackRequest, CallbackRequestStore, NewCallbackRequest } from './callback-request.js';

/** Keeps that somebody wants to be called back. */
export async function createCallbackRequest(
  { callbackRequests, newId, clock }: { callbackRequests: CallbackRequestStore; newId: NewId; clock: Clock },
  { note = '', ...asked }: NewCallbackRequest,
): Promise<CallbackRequest> {
  const now = timestamp(clock);
  const request: CallbackRequest = {
    id: newId('CB'),
    ...asked,
    note,
    status: 'open',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await callbackRequests.insert(request);
  return request;
}
