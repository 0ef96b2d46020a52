import type { MakeSimulatedEngine } from '@hookswitch/api/flows/index';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';

/** Engines without sound, for calls that are only imagined. Nothing is written. */
export const makeSimulatedEngine: MakeSimulatedEngine = (clock) =>
  createFakeEngine({ clock, random: seededRandom(1), save: async () => {} });
