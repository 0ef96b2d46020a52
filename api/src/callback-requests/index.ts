export { type CallbackRequestStore, callbackRequestCollection, type NewCallbackRequest } from './callback-request.js';
export type { CallbackRequestDeps } from './callback-request-deps.js';
export { calledBack, takeCallbackRequest, visibleCallbackRequest } from './change-callback-request.js';
export { createCallbackRequest } from './create-callback-request.js';
export { callbackRequestOperations } from './operations/index.js';
