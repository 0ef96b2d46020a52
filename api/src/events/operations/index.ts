import type { OperationHandlers } from '../../operation/handler.js';
import type { WebhookOperationDeps } from '../../webhooks/index.js';
import { getEvent } from './get-event.js';
import { listEvents } from './list-events.js';
import { replayEvent } from './replay-event.js';

/** The HTTP face of events. */
export function eventOperations(deps: WebhookOperationDeps) {
  return {
    listEvents: listEvents(deps),
    getEvent: getEvent(deps),
    replayEvent: replayEvent(deps),
  } satisfies Partial<OperationHandlers>;
}
