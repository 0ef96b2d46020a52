import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const dial: Verb<'dial'> = async () => proceed();
