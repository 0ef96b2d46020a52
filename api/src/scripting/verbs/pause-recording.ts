import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const pauseRecording: Verb<'pauseRecording'> = async (verb, _call, context) => {
  const latest = context.recorder.active(context.callId).at(-1);
  if (latest) await latest.pause(verb.pauseBehavior);
  else context.note({ kind: 'error', summary: 'pauseRecording: nothing is being recorded' });
  return proceed();
};
