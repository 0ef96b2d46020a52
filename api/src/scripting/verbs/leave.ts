import { leave } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const leaveQueue: Verb<'leave'> = async () => leave();
