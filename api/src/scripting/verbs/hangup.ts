import { end } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const hangup: Verb<'hangup'> = async () => end();
