export { type Application, type ApplicationStore, applicationCollection } from './application.js';
