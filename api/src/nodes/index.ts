export type { NodeDeps } from './node-deps.js';
export { nodeOperations } from './operations/index.js';
