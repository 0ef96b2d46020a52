export { HttpNumberProvider } from './http-number-provider.js';
export { type NumberApplicationStore, numberApplicationCollection } from './number-application.js';
export type { NumberApplicationDeps } from './number-application-deps.js';
export type { NumberProvider } from './number-provider.js';
export { numberApplicationOperations } from './operations/index.js';
