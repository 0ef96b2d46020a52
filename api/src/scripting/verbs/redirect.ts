import { goTo } from '../outcome.js';
import { absolute } from '../result-target.js';
import type { Verb } from '../script-context.js';

export const redirect: Verb<'redirect'> = async (verb, _call, context) => goTo(absolute(verb.url, context));
