export { defaultBreaker } from './circuit-breaker.js';
export { type DeliverySettings, defaultDeliverySettings } from './delivery-settings.js';
export type { DeliveryStore } from './delivery-store.js';
export type { CallbackSecrets, Callbacks } from './destinations.js';
export type { FanOutItem } from './fan-out.js';
export { HttpWebhookSender } from './http-webhook-sender.js';
export { MemoryDeliveryStore } from './memory-delivery-store.js';
export { MongoDeliveryStore } from './mongo-delivery-store.js';
export { webhookOperations } from './operations/index.js';
export { type PublicEvent, type PublicEventType, publicEventTypes } from './public-event.js';
export { replayEvent } from './redeliver-events.js';
export { svixSchedule } from './retry-schedule.js';
export {
  type ReceivedWebhook,
  type Receiver,
  type ReceiverAnswer,
  ScriptedWebhookSender,
} from './scripted-webhook-sender.js';
export { type SignedHeaders, signWebhook } from './sign-webhook.js';
export { publicEvent, type StoredEvent, storedAs, storedEvent } from './stored-event.js';
export { type EndpointStore, type WebhookEndpoint, webhookEndpointCollection } from './webhook-endpoint.js';
export { publicTimes, toPublicEvent, writeEvent } from './webhook-event.js';
export type { WebhookOperationDeps } from './webhook-operation-deps.js';
export type { SendOutcome, WebhookRequest, WebhookSender } from './webhook-sender.js';
export { createWebhooks, type Webhooks } from './webhooks.js';
