export { createEndpoint } from './create-endpoint.js';
export { type Endpoint, type EndpointStore, endpointCollection } from './endpoint.js';
export type { EndpointDeps } from './endpoint-deps.js';
export { endpointOperations } from './operations/index.js';
