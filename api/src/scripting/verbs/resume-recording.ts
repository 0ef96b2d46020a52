import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const resumeRecording: Verb<'resumeRecording'> = async (_verb, _call, context) => {
  const latest = context.recorder.active(context.callId).at(-1);
  if (latest) await latest.resume();
  else context.note({ kind: 'error', summary: 'resumeRecording: nothing is being recorded' });
  return proceed();
};
