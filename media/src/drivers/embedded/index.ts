import { EmbeddedEngine } from './embedded-engine.js';
import type { EmbeddedEngineSettings } from './embedded-settings.js';

/** Makes the built-in engine. Nothing is opened before `start`. */
export function createEmbeddedEngine(settings: EmbeddedEngineSettings): EmbeddedEngine {
  return new EmbeddedEngine(settings);
}

export type { EmbeddedEngine } from './embedded-engine.js';
export {
  defaultEngineLimits,
  type EmbeddedEngineSettings,
  type EngineLimits,
  type ListenAddress,
} from './embedded-settings.js';
export type { MediaRelayUse } from './relay/relayed-sessions.js';
