export { relayIdOf } from './relay-id.js';
