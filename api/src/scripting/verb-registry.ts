import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { VerbName } from '@hookswitch/openapi/verbs';
import type { Outcome } from './outcome.js';
import type { ParsedVerb } from './script.js';
import type { ScriptContext, Verb } from './script-context.js';
import { answer } from './verbs/answer.js';
import { conference } from './verbs/conference.js';
import { dial } from './verbs/dial.js';
import { enqueue } from './verbs/enqueue.js';
import { flow } from './verbs/flow.js';
import { gather } from './verbs/gather.js';
import { hangup } from './verbs/hangup.js';
import { leaveQueue } from './verbs/leave.js';
import { pause } from './verbs/pause.js';
import { pauseRecording } from './verbs/pause-recording.js';
import { play } from './verbs/play.js';
import { record } from './verbs/record.js';
import { redirect } from './verbs/redirect.js';
import { refer } from './verbs/refer.js';
import { reject } from './verbs/reject.js';
import { resumeRecording } from './verbs/resume-recording.js';
import { say } from './verbs/say.js';
import { sendDigits } from './verbs/send-digits.js';
import { startRecording } from './verbs/start-recording.js';
import { stopRecording } from './verbs/stop-recording.js';
import { tag } from './verbs/tag.js';

/** Every verb. A verb of the API description that is missing here does not compile. */
const verbs: { readonly [Name in VerbName]: Verb<Name> } = {
  answer,
  conference,
  dial,
  enqueue,
  flow,
  gather,
  hangup,
  leave: leaveQueue,
  pause,
  pauseRecording,
  play,
  record,
  redirect,
  refer,
  reject,
  resumeRecording,
  say,
  sendDigits,
  startRecording,
  stopRecording,
  tag,
};

/** Carries one verb out. */
export function runVerb<Name extends VerbName>(
  verb: ParsedVerb<Name>,
  call: LiveCall,
  context: ScriptContext,
): Promise<Outcome> {
  const run = verbs[verb.verb] as Verb<Name>;
  return run(verb, call, context);
}
