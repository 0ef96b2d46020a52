import { blacklistEntryCollection } from '@hookswitch/api/blacklist/index';
import { callbackRequestCollection } from '@hookswitch/api/callback-requests/index';
import { centreSettingsCollection, centreSettingsReader } from '@hookswitch/api/contact-centre/index';
import { digitTemplateCollection } from '@hookswitch/api/digit-templates/index';
import { internalMessageCollection } from '@hookswitch/api/internal-messages/index';
import { numberApplicationCollection } from '@hookswitch/api/number-applications/index';
import { numberGroupCollection } from '@hookswitch/api/number-groups/index';
import { skillGroupCollection } from '@hookswitch/api/skill-groups/index';
import { wecomTaskCollection } from '@hookswitch/api/wecom-tasks/index';
import type { Backing } from './backing.js';

export type CentreFeatures = ReturnType<typeof composeCentreFeatures>;

/** What the contact centre keeps of its own, for every role. What is used of it may be as old as `cacheMs`. */
export function composeCentreFeatures({ stores, clock }: Pick<Backing, 'stores' | 'clock'>, cacheMs: number) {
  const centreSettings = stores.collection(centreSettingsCollection);
  return {
    cacheMs,
    centreSettings,
    centreSettingsOf: centreSettingsReader(centreSettings, clock, cacheMs),
    skillGroups: stores.collection(skillGroupCollection),
    numberGroups: stores.collection(numberGroupCollection),
    blacklist: stores.collection(blacklistEntryCollection),
    numberApplications: stores.collection(numberApplicationCollection),
    internalMessages: stores.collection(internalMessageCollection),
    wecomTasks: stores.collection(wecomTaskCollection),
    callbackRequests: stores.collection(callbackRequestCollection),
    digitTemplates: stores.collection(digitTemplateCollection),
  };
}
