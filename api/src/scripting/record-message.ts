import type { LiveCall } from '@hookswitch/media/port/live-call';
import { recordBeep } from '@hookswitch/media/port/sound';
import type { CallRecording, RecordingResult } from '../recordings/call-recorder.js';
import type { ScriptContext } from './script-context.js';

export interface MessageRules {
  readonly maxSeconds: number;
  /** So much silence ends it; 0 for none. */
  readonly silenceSeconds: number;
  /** Keys of which each ends it; '' for none. */
  readonly finishOnKey: string;
  readonly beep: boolean;
  readonly trimSilence: boolean;
}

/** What was recorded, and the key that ended it. */
export interface RecordedMessage {
  readonly result: RecordingResult;
  readonly finishKey?: string;
}

/**
 * Beeps and records what the caller says, until a key, silence, the longest time, the end of the call or an interruption. Undefined where it was over before it began.
 * @param begun is told as soon as it is being recorded
 */
export async function recordMessage(
  rules: MessageRules,
  call: LiveCall,
  context: ScriptContext,
  begun: (recording: CallRecording) => void = () => {},
): Promise<RecordedMessage | undefined> {
  const { signal } = context;
  if (rules.beep && !signal.aborted) await call.play(recordBeep, { signal });
  if (signal.aborted) return undefined;
  call.flushDigits();
  const recording = await context.recorder.start({
    accountId: context.accountId,
    callId: context.callId,
    leg: call,
    source: 'RecordVerb',
    channels: 1,
    directions: 'said',
    maxDurationSeconds: rules.maxSeconds,
    trimSilence: rules.trimSilence,
    ...(rules.silenceSeconds > 0 ? { silenceTimeoutSeconds: rules.silenceSeconds } : {}),
  });
  begun(recording);
  const finishKey = await finishKeyOrEnd(rules, call, recording, signal);
  const result = finishKey === undefined && !signal.aborted ? await recording.finished : await recording.stop();
  return finishKey === undefined ? { result } : { result, finishKey };
}

/** Waits until a finish key is pressed (and returns it), the recording ends by itself, or the script is interrupted. */
async function finishKeyOrEnd(
  { finishOnKey, maxSeconds }: MessageRules,
  call: LiveCall,
  recording: CallRecording,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ended = new AbortController();
  void recording.finished.then(() => ended.abort('over'));
  const { finishKey } = await call.collect({
    finishOnKey,
    interDigitTimeoutMs: (maxSeconds + 60) * 1000, // other keys end nothing
    signal: AbortSignal.any([signal, ended.signal]),
  });
  return finishKey;
}
