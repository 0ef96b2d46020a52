export {
  type CentreSettings,
  type CentreSettingsOf,
  type CentreSettingsStore,
  centreSettingsCollection,
  defaultCentreSettings,
  defaultRingPlan,
  type RingPlan,
} from './centre-settings.js';
export { contactCentreOperations } from './operations/index.js';
export { centreSettingsReader } from './read-centre-settings.js';
export type { ContactCentreDeps } from './update-centre-settings.js';
