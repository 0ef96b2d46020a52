import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';
import { soundOf } from '../sound-of.js';

export const say: Verb<'say'> = async (verb, call, context) => {
  const [sound] = await Promise.all([soundOf(verb, context), call.answer()]);
  await call.play(sound, { loops: verb.loop, signal: context.signal });
  return proceed();
};
