import { pause } from '@hookswitch/kernel/clock';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ToneSound } from '@hookswitch/media/port/sound';
import type { CallRecording } from '../../recordings/call-recorder.js';
import { goTo, type Outcome, proceed } from '../outcome.js';
import { type Prompt, playPrompts } from '../play-prompts.js';
import { absolute } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ConferenceEnd, ConferenceStay, ScriptContext, Verb } from '../script-context.js';

/** What was heard for less is not heard again at once: a script that says nothing, an audio that cannot be had. */
const shortestTurnMs = 1000;

/** Heard while waiting, where the script says nothing else. */
const waitingTone: ToneSound = { kind: 'tone', frequencies: [440], levelDbm0: -24, cadenceMs: [400, 3600] };

export const conference: Verb<'conference'> = async (verb, call, context) => {
  await call.answer();
  const recording = await startRecording(verb, call, context);
  const stay = context.conferences.join({
    name: verb.name,
    ...(verb.label === undefined ? {} : { label: verb.label }),
    muted: verb.muted,
    comesAgain: context.beginsAgain(),
    startConferenceOnEnter: verb.startConferenceOnEnter,
    endConferenceOnExit: verb.endConferenceOnExit,
    beep: verb.beep,
    maxParticipants: verb.maxParticipants,
    ...(verb.coach === undefined ? {} : { coaching: verb.coach }),
    entered: (conferenceId) => {
      context.note({ kind: 'verb', summary: `joined the conference ${verb.name}`, detail: { conferenceId } });
    },
    wait: (signal) => wait(verb, call, stay, { ...context, signal: AbortSignal.any([signal, context.signal]) }),
  });
  const end = await untilOver(stay, verb, call, context);
  const { how, ...told } = end;
  context.note({ kind: 'verb', summary: `left the conference ${verb.name}: ${how}`, detail: told });
  const recorded = recording === undefined ? {} : { recordingId: (await recording.stop()).recordingId };
  return outcome(verb, call, context, { ...resultOf(verb, end), ...recorded });
};

/** Lets the call leave by its key, in time, and when the script is interrupted. */
async function untilOver(
  stay: ConferenceStay,
  verb: ParsedVerb<'conference'>,
  call: LiveCall,
  { clock, signal }: ScriptContext,
): Promise<ConferenceEnd> {
  const interrupted = () => {
    if (call.status !== 'ended') stay.leave('interrupted');
  };
  signal.addEventListener('abort', interrupted);
  if (signal.aborted) interrupted();
  const stopListening = call.events.on('digit', (digit) => {
    if (digit === verb.leaveOnKey) stay.leave('left');
  });
  const cancelLimit = clock.after(verb.timeLimit * 1000, () => stay.leave('timeLimit'));
  try {
    return await stay.over;
  } finally {
    cancelLimit();
    stopListening();
    signal.removeEventListener('abort', interrupted);
  }
}

/** What a waiting caller hears, turn after turn. A wait with a broken sound is a wait. */
async function wait(
  verb: ParsedVerb<'conference'>,
  call: LiveCall,
  stay: ConferenceStay,
  context: ScriptContext,
): Promise<void> {
  const { clock, signal } = context;
  while (!signal.aborted) {
    const turnAt = clock.now();
    try {
      await turn(verb, call, stay, context);
    } catch (error) {
      if (signal.aborted) return;
      context.logger.warn({ err: error }, 'what a caller who waits in a conference should hear could not be had');
      context.note({
        kind: 'error',
        summary: 'What the caller who waits in the conference should hear could not be had',
      });
    }
    await pause(clock, turnAt + shortestTurnMs - clock.now(), signal);
  }
}

async function turn(
  { name, waitUrl, waitPrompts }: ParsedVerb<'conference'>,
  call: LiveCall,
  stay: ConferenceStay,
  context: ScriptContext,
): Promise<void> {
  const { signal } = context;
  if (waitUrl !== undefined) {
    const result = { verb: 'conference', conferenceResult: 'waiting', name };
    const end = await context.runBeside({ url: absolute(waitUrl, context), result }, signal);
    if (end.kind === 'left' && end.by === 'leave') stay.leave('left');
  } else if (waitPrompts !== undefined) await playPrompts(waitPrompts as readonly Prompt[], call, context);
  else await call.play(waitingTone, { loops: 0, signal });
}

/** Channel 1 is what the call says, channel 2 what it hears. */
async function startRecording(
  { record }: ParsedVerb<'conference'>,
  call: LiveCall,
  { recorder, accountId, callId }: ScriptContext,
): Promise<CallRecording | undefined> {
  if (record === 'do-not-record') return undefined;
  const channels = record === 'record-from-start-dual' ? 2 : 1;
  return recorder.start({ accountId, callId, leg: call, source: 'ConferenceVerb', channels, directions: 'both' });
}

/** Who was connected elsewhere has left; who was lost on the way could not be in it. */
const results: Readonly<Record<ConferenceEnd['how'], string>> = {
  hungUp: 'left',
  left: 'left',
  interrupted: 'left',
  moved: 'left',
  timeLimit: 'timeLimit',
  removed: 'removed',
  ended: 'ended',
  full: 'full',
  lost: 'failed',
  failed: 'failed',
};

function resultOf({ name }: ParsedVerb<'conference'>, { how, ...told }: ConferenceEnd): Record<string, unknown> {
  return { conferenceResult: results[how], name, ...told };
}

/** Tells `action` where there is one, also when the caller has gone; an interrupted script has nobody to tell. */
function outcome(
  { action }: ParsedVerb<'conference'>,
  call: LiveCall,
  context: ScriptContext,
  result: Readonly<Record<string, unknown>>,
): Outcome {
  if (context.signal.aborted && call.status !== 'ended') return proceed();
  if (action !== undefined) return goTo(absolute(action, context), { verb: 'conference', ...result });
  return proceed();
}
