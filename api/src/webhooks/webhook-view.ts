import { type IdPrefix, isId } from '@hookswitch/kernel/ids';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Attempt } from './delivery.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

/** An endpoint as users see it: without its secrets. */
export function endpointView(endpoint: WebhookEndpoint): Schema<'WebhookEndpoint'> {
  const { id, accountId, url, description, events, status, disabledBecause, failingSince } = endpoint;
  const { createdAt, updatedAt, revision } = endpoint;
  return {
    id,
    accountId,
    url,
    description,
    events: events === null ? null : [...events],
    status,
    disabledBecause,
    failingSince,
    createdAt,
    updatedAt,
    revision,
  };
}

export function attemptView(attempt: Attempt): Schema<'DeliveryAttempt'> {
  const { id, endpointId, eventId, eventType, subjectId, url, number, status, durationMs } = attempt;
  const subjectOf = (kind: IdPrefix) => (subjectId !== undefined && isId(kind, subjectId) ? subjectId : null);
  return {
    id,
    webhookEndpointId: endpointId!,
    eventId,
    eventType,
    callId: subjectOf('CA'),
    contactId: subjectOf('CN'),
    agentId: subjectOf('AG'),
    url,
    number,
    status,
    attemptedAt: new Date(attempt.attemptedAt).toISOString(),
    durationMs,
    responseStatus: attempt.responseStatus ?? null,
    responseBody: attempt.responseBody ?? null,
    error: attempt.error ?? null,
    nextAttemptAt: attempt.nextAttemptAt === undefined ? null : new Date(attempt.nextAttemptAt).toISOString(),
  };
}
