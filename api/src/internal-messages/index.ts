export { type InternalMessageStore, internalMessageCollection } from './internal-message.js';
export type { InternalMessageDeps } from './internal-message-deps.js';
export { internalMessageOperations } from './operations/index.js';
