export { type NumberGroup, type NumberGroupStore, numberGroupCollection } from './number-group.js';
export type { NumberGroupDeps } from './number-group-deps.js';
export { numberGroupOperations } from './operations/index.js';
