import { recordBeep } from '@hookswitch/media/port/sound';
import type { CallRecording } from '../../../recordings/call-recorder.js';
import { leaveBy } from '../exits.js';
import type { NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const voicemail: NodeRunner<'voicemail'> = async (node, visit) => {
  const { call, context, contact } = visit;
  await call.answer();
  await playOut(promptsOf(node.prompts, visit), false, visit);
  if (!context.signal.aborted) await call.play(recordBeep, { signal: context.signal });
  if (context.signal.aborted) return leaveBy('next');
  call.flushDigits();
  const recording = await start(node, visit);
  const group = node.skillGroupId === undefined ? {} : { skillGroupId: node.skillGroupId };
  contact.voicemailBegins({ recordingId: recording.id, ...group });
  const byKey = await finishKeyOrEnd(node, visit, recording);
  const { durationSeconds } = byKey || context.signal.aborted ? await recording.stop() : await recording.finished;
  contact.voicemailEnded(recording.id, durationSeconds);
  return leaveBy('next');
};

function start({ maxLength, silenceTimeout }: ParsedNode<'voicemail'>, { call, context }: NodeVisit) {
  return context.recorder.start({
    accountId: context.accountId,
    callId: context.callId,
    leg: call,
    source: 'RecordVerb',
    channels: 1,
    directions: 'said',
    maxDurationSeconds: maxLength,
    trimSilence: true,
    ...(silenceTimeout > 0 ? { silenceTimeoutSeconds: silenceTimeout } : {}),
  });
}

/** Whether the key that ends it was pressed; else the recording ended by itself, or the call did. */
async function finishKeyOrEnd(
  { finishOnKey, maxLength }: ParsedNode<'voicemail'>,
  { call, context }: NodeVisit,
  recording: CallRecording,
): Promise<boolean> {
  const ended = new AbortController();
  void recording.finished.then(() => ended.abort('over'));
  const { finishKey } = await call.collect({
    finishOnKey,
    interDigitTimeoutMs: (maxLength + 60) * 1000, // other keys end nothing
    signal: AbortSignal.any([context.signal, ended.signal]),
  });
  return finishKey !== undefined;
}
