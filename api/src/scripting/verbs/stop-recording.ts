import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const stopRecording: Verb<'stopRecording'> = async (_verb, _call, context) => {
  const active = context.recorder.active(context.callId);
  if (active.length === 0) context.note({ kind: 'error', summary: 'stopRecording: nothing is being recorded' });
  await Promise.all(active.map((recording) => recording.stop()));
  return proceed();
};
