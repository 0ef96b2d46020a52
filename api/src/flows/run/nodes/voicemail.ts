import { type RecordedMessage, recordMessage } from '../../../scripting/index.js';
import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const voicemail: NodeRunner<'voicemail'> = async (node, visit) => {
  const { call, context, contact } = visit;
  await call.answer();
  await playOut(promptsOf(node.prompts, visit), false, visit);
  const rules = {
    maxSeconds: node.maxLength,
    silenceSeconds: node.silenceTimeout,
    finishOnKey: node.finishOnKey,
    beep: true,
    trimSilence: true,
  };
  const group = node.skillGroupId === undefined ? {} : { skillGroupId: node.skillGroupId };
  const message = await recordMessage(rules, call, context, ({ id: recordingId }) =>
    contact.voicemailBegins({ recordingId, ...group }),
  );
  if (message) contact.voicemailEnded(message.result.recordingId, saidSeconds(message.result, node.silenceTimeout));
  return leaveBy('next');
};

/** How long the caller spoke: the silence that ended it is cut off. */
function saidSeconds({ durationSeconds, end }: RecordedMessage['result'], silenceTimeout: number): number {
  return end === 'silence' ? Math.max(0, durationSeconds - silenceTimeout) : durationSeconds;
}
