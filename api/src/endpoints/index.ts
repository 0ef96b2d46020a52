export { type Endpoint, type EndpointStore, endpointCollection } from './endpoint.js';
