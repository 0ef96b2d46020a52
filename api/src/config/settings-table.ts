import { accountSettings } from './settings/account-settings.js';
import { centreSettings } from './settings/centre-settings.js';
import { httpSettings } from './settings/http-settings.js';
import { mediaSettings } from './settings/media-settings.js';
import { outboundSettings } from './settings/outbound-settings.js';
import { programSettings } from './settings/program-settings.js';
import { retentionSettings } from './settings/retention-settings.js';
import { scriptSettings } from './settings/script-settings.js';
import { sipSettings } from './settings/sip-settings.js';

/**
 * Everything an operator may set, by feature. The documented default is the default; `.env.example` and the reference are printed from this table. A number has its unit
 * in its name.
 */
export const settingsTable = {
  ...programSettings,
  ...httpSettings,
  ...accountSettings,
  ...centreSettings,
  ...sipSettings,
  ...mediaSettings,
  ...retentionSettings,
  ...scriptSettings,
  ...outboundSettings,
} as const;
