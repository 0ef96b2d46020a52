import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import type { MakeSimulatedEngine } from './simulated-engine.js';

/** The engine that simulations run on. */
export const makeSimulatedEngine: MakeSimulatedEngine = (clock) =>
  createFakeEngine({ clock, random: seededRandom(1), save: async () => {} });
