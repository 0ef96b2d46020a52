import type { CallEngine } from '../../port/call-engine.js';
import { FreeSwitchEngine } from './freeswitch-engine.js';
import type { FreeSwitchSettings } from './freeswitch-settings.js';

export type { FreeSwitchSettings } from './freeswitch-settings.js';
export type { SharedFolder } from './sound/sound-files.js';

/** The engine that commands a FreeSWITCH over its event socket. */
export function createFreeSwitchEngine(settings: FreeSwitchSettings): CallEngine {
  return new FreeSwitchEngine(settings);
}
