import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const answer: Verb<'answer'> = async (_verb, call) => {
  await call.answer();
  return proceed();
};
