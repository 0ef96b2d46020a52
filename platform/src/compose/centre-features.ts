import { centreSettingsCollection, centreSettingsReader } from '@hookswitch/api/contact-centre/index';
import type { Backing } from './backing.js';

export type CentreFeatures = ReturnType<typeof composeCentreFeatures>;

/** What the contact centre keeps of its own, for every role. */
export function composeCentreFeatures({ stores, clock }: Pick<Backing, 'stores' | 'clock'>) {
  const centreSettings = stores.collection(centreSettingsCollection);
  return { centreSettings, centreSettingsOf: centreSettingsReader(centreSettings, clock) };
}
