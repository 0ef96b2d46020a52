import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const tag: Verb<'tag'> = async (verb, _call, context) => {
  await context.tag(verb.tags);
  return proceed();
};
