import type { LiveCall } from '@hookswitch/media/port/live-call';
import { recordBeep } from '@hookswitch/media/port/sound';
import type { CallRecording, RecordingResult } from '../../recordings/call-recorder.js';
import { type Outcome, proceed } from '../outcome.js';
import { deliverResult } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ScriptContext, Verb } from '../script-context.js';

export const record: Verb<'record'> = async (verb, call, context) => {
  await call.answer();
  if (verb.playBeep) await call.play(recordBeep, { signal: context.signal });
  if (context.signal.aborted) return proceed();
  call.flushDigits();
  const recording = await context.recorder.start({
    accountId: context.accountId,
    callId: context.callId,
    leg: call,
    source: 'RecordVerb',
    channels: 1,
    directions: 'said',
    maxDurationSeconds: verb.maxLength,
    trimSilence: verb.trim === 'trim-silence',
    ...(verb.timeout > 0 ? { silenceTimeoutSeconds: verb.timeout } : {}),
  });
  const key = await finishKeyOrEnd(verb, call, recording, context.signal);
  const result = key === undefined && !context.signal.aborted ? await recording.finished : await recording.stop();
  return tell(verb, call, context, key, result);
};

/** Waits until a finish key is pressed (and returns it), the recording ends by itself, or the script is interrupted. */
async function finishKeyOrEnd(
  verb: ParsedVerb<'record'>,
  call: LiveCall,
  recording: CallRecording,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ended = new AbortController();
  void recording.finished.then(() => ended.abort());
  const { finishKey } = await call.collect({
    finishOnKey: verb.finishOnKey,
    interDigitTimeoutMs: (verb.maxLength + 60) * 1000, // other keys end nothing
    signal: AbortSignal.any([signal, ended.signal]),
  });
  return finishKey;
}

/** The result in Twilio's manner: `digits` is the key, or `hangup`. An interrupted script has nobody to tell. */
function tell(
  verb: ParsedVerb<'record'>,
  call: LiveCall,
  context: ScriptContext,
  key: string | undefined,
  { recordingId, durationSeconds, end }: RecordingResult,
): Outcome {
  const hungUp = call.status === 'ended';
  if (context.signal.aborted && !hungUp) return proceed();
  const reason = key !== undefined ? 'finish-key' : hungUp ? 'hangup' : end;
  const digits = key ?? (hungUp ? 'hangup' : '');
  return deliverResult({ verb: 'record', recordingId, durationSeconds, digits, reason }, verb.action, context);
}
