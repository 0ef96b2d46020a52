import { FakeEngine, type FakeEngineSettings } from './fake-engine.js';

/** Makes a call engine without sound. `engine.network` holds its phones and carriers. */
export function createFakeEngine(settings: FakeEngineSettings): FakeEngine {
  return new FakeEngine(settings);
}

export type { FakeEngine, FakeEngineSettings } from './fake-engine.js';
export type { FakeFarEnd } from './fake-far-end.js';
export type { FakeLeg } from './fake-leg.js';
export type { FakeNetwork, PlacedCall } from './fake-network.js';
export { FakeOutside, type FakeOutsideSettings } from './fake-outside.js';
export type { SaveRecording } from './fake-recording.js';
export { fakeReplaces } from './fake-transfers.js';
export {
  answers,
  type FarEndAct,
  type FarEndScript,
  frequenciesOf,
  isBusy,
  ledByHand,
  neverAnswers,
  refuses,
} from './far-end-script.js';
export type { SoundEntry } from './sound-track.js';
