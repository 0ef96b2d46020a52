export { type Application, type ApplicationStore, applicationCollection } from './application.js';
export type { ApplicationDeps } from './application-deps.js';
export { checkApplication } from './check-application.js';
export { createApplication } from './create-application.js';
export { applicationOperations } from './operations/index.js';
