import type { LiveCall } from '@hookswitch/media/port/live-call';
import { type Outcome, proceed } from '../outcome.js';
import { type RecordedMessage, recordMessage } from '../record-message.js';
import { deliverResult } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ScriptContext, Verb } from '../script-context.js';

export const record: Verb<'record'> = async (verb, call, context) => {
  await call.answer();
  const rules = {
    maxSeconds: verb.maxLength,
    silenceSeconds: verb.timeout,
    finishOnKey: verb.finishOnKey,
    beep: verb.playBeep,
    trimSilence: verb.trim === 'trim-silence',
  };
  const message = await recordMessage(rules, call, context);
  return message ? tell(verb, call, context, message) : proceed();
};

/** The result in Twilio's manner: `digits` is the key, or `hangup`. An interrupted script has nobody to tell. */
function tell(
  verb: ParsedVerb<'record'>,
  call: LiveCall,
  context: ScriptContext,
  { finishKey, result: { recordingId, durationSeconds, end } }: RecordedMessage,
): Outcome {
  const hungUp = call.status === 'ended';
  if (context.signal.aborted && !hungUp) return proceed();
  const reason = finishKey !== undefined ? 'finish-key' : hungUp ? 'hangup' : end;
  const digits = finishKey ?? (hungUp ? 'hangup' : '');
  return deliverResult({ verb: 'record', recordingId, durationSeconds, digits, reason }, verb.action, context);
}
