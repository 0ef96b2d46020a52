import { endAcross } from '@hookswitch/media/port/end-across';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';
import type { CallRecording } from '../../recordings/call-recorder.js';
import { type CallerProgress, callerProgress } from '../dial/caller-progress.js';
import { converse } from '../dial/converse.js';
import { type DialStatus, mostTelling, type TargetEnd } from '../dial/dial-status.js';
import { type Answered, ringTargets } from '../dial/ring-targets.js';
import type { WatchedTalk } from '../dial/talk.js';
import { goTo, type Outcome, proceed } from '../outcome.js';
import { absolute } from '../result-target.js';
import type { DialTarget, ParsedVerb } from '../script.js';
import type { ChildCall, ChildDial, ScriptContext, Verb } from '../script-context.js';
import type { DialTalk } from '../script-position.js';

/** What `action` is told. */
interface DialResult {
  readonly dialStatus: DialStatus;
  readonly dialCallId?: string;
  /** From the called party's answer. */
  readonly durationSeconds: number;
  readonly bridged: boolean;
  readonly recordingId?: string;
  readonly sipStatus?: number;
  /** The Q.850 cause that came with it (RFC 3326). */
  readonly q850?: number;
  readonly errorCode?: string;
}

export const dial: Verb<'dial'> = async (verb, call, context) => {
  const unanswered = verb.answerOnBridge && call.direction === 'inbound' && call.status === 'ringing';
  if (!unanswered) await call.answer();
  const early = verb.record.startsWith('record-from-ringing') && !unanswered;
  const recording = early ? await startRecording(verb, call, context) : undefined;
  const groups = verb.sequential ? verb.targets.map((target) => [target]) : [verb.targets];
  const ends: TargetEnd[] = [];
  for (const group of groups) {
    if (context.signal.aborted) break;
    const tried = await tryGroup(group, verb, call, context, recording);
    if ('result' in tried) return outcome(verb, call, context, tried);
    ends.push(...tried);
  }
  const recordingId = recording === undefined ? {} : { recordingId: (await recording.stop()).recordingId };
  const { status, callId, sip, errorCode, termination } = mostTelling(ends);
  const result: DialResult = {
    dialStatus: context.signal.aborted ? 'canceled' : status,
    durationSeconds: 0,
    bridged: false,
    ...recordingId,
    ...(callId === undefined ? {} : { dialCallId: callId }),
    ...(sip === undefined ? {} : { sipStatus: sip }),
    ...(termination?.q850 === undefined ? {} : { q850: termination.q850 }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
  return outcome(verb, call, context, { result, termination });
};

/** What a dial came to, and how the leg ended that says so. */
interface Dialled {
  readonly result: DialResult;
  readonly termination: Termination | undefined;
}

/** Rings these targets and connects the one that answers; says how each ended where none was connected. */
async function tryGroup(
  targets: readonly DialTarget[],
  verb: ParsedVerb<'dial'>,
  call: LiveCall,
  context: ScriptContext,
  recording: CallRecording | undefined,
): Promise<Dialled | readonly TargetEnd[]> {
  const passSound = targets.length === 1 && targets[0]!.url === undefined;
  const progress = callerProgress(call, verb.ringTone, passSound, context);
  try {
    const rung = await ringTargets(
      targets,
      {
        dial: (target) => context.children.dial(childDial(target, verb)),
        ringing: progress.ringing,
        earlyMedia: progress.earlyMedia,
      },
      context.signal,
      () => (call.termination?.reason === 'answered-elsewhere' ? 'answered-elsewhere' : 'caller-canceled'),
    );
    if (rung.kind === 'unanswered') return rung.ends;
    return await connect(rung, verb, call, context, progress, recording);
  } finally {
    progress.stop();
  }
}

/** The called party answered: sends it digits, lets it hear its whisper, and connects it. */
async function connect(
  { child, target }: Answered,
  verb: ParsedVerb<'dial'>,
  call: LiveCall,
  context: ScriptContext,
  progress: CallerProgress,
  running: CallRecording | undefined,
): Promise<Dialled | readonly TargetEnd[]> {
  const answeredAt = context.clock.monotonic();
  let talked = false;
  try {
    if (!(await prepare(child, target, context))) return [{ status: 'no-answer', callId: child.callId }];
    progress.stop();
    await call.answer();
    const recording = running ?? (await startRecording(verb, call, context));
    const facts: DialTalk = {
      dialCallId: child.callId,
      answeredAt,
      until: context.clock.monotonic() + verb.timeLimit * 1000,
      ...(recording === undefined ? {} : { recordingId: recording.id }),
    };
    talked = true;
    const talk = context.children.talk(call, child.leg);
    context.talks(facts);
    return await untilTalkEnds({ verb, call, context, facts, talk, callee: child.leg, recording });
  } finally {
    // After the talk it may be somebody else's.
    if (!talked) child.leg.hangUp();
  }
}

/** Goes on with a talk that an earlier process of this node lost hold of. Where the other party is there no more, it is over. */
export async function resumeDial(
  verb: ParsedVerb<'dial'>,
  call: LiveCall,
  context: ScriptContext,
  facts: DialTalk,
): Promise<Outcome> {
  const talk = context.children.resumedTalk(call) ?? overTalk;
  const callee = context.children.legOf(facts.dialCallId);
  const recording = context.recorder.active(context.callId).find(({ id }) => id === facts.recordingId);
  const dialled = await untilTalkEnds({ verb, call, context, facts, talk, callee, recording });
  return outcome(verb, call, context, dialled);
}

const overTalk: WatchedTalk = { over: Promise.resolve('callee-left'), end: () => {} };

async function untilTalkEnds({
  verb,
  call,
  context,
  facts,
  talk,
  callee,
  recording,
}: {
  readonly verb: ParsedVerb<'dial'>;
  readonly call: LiveCall;
  readonly context: ScriptContext;
  readonly facts: DialTalk;
  readonly talk: WatchedTalk;
  readonly callee: LiveCall | undefined;
  readonly recording: CallRecording | undefined;
}): Promise<Dialled> {
  const { dialCallId, answeredAt, until, recordingId } = facts;
  const how = await converse(call, talk, { until, hangupOnStar: verb.hangupOnStar }, context);
  context.note({ kind: 'verb', summary: `dial: the conversation ended (${how})`, detail: { dialCallId } });
  const durationSeconds = Math.ceil((context.clock.monotonic() - answeredAt) / 1000);
  await recording?.stop();
  const recorded = recordingId === undefined ? {} : { recordingId };
  return {
    result: { dialStatus: 'completed', dialCallId, durationSeconds, bridged: true, ...recorded },
    termination: how === 'callee-left' ? callee?.termination : undefined,
  };
}

/** Whether the called party is there to be connected afterwards. */
async function prepare(child: ChildCall, target: DialTarget, context: ScriptContext): Promise<boolean> {
  const { signal } = context;
  if (target.sendDigits !== undefined) await child.leg.sendDigits(target.sendDigits, { signal });
  if (target.url !== undefined && !signal.aborted) {
    const stayed = await child.runScript({ url: absolute(target.url, context) }, signal);
    if (stayed === 'ended') return false;
  }
  return !signal.aborted && child.leg.status !== 'ended';
}

function childDial(target: DialTarget, verb: ParsedVerb<'dial'>): ChildDial {
  const headers = { ...verb.headers, ...target.headers };
  return {
    target: portTarget(target),
    ringTimeoutSeconds: verb.timeout,
    ...(verb.callerId === undefined ? {} : { callerId: verb.callerId }),
    ...(verb.callerIdPrivacy === 'id' ? { callerIdPrivacy: 'id' } : {}),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  };
}

function portTarget(target: DialTarget): ChildDial['target'] {
  switch (target.type) {
    case 'number':
      return {
        kind: 'number',
        number: target.number,
        ...(target.trunkId === undefined ? {} : { trunkId: target.trunkId }),
      };
    case 'sip':
      return {
        kind: 'sip',
        uri: target.uri,
        ...(target.username === undefined ? {} : { username: target.username }),
        ...(target.password === undefined ? {} : { password: target.password }),
      };
    case 'endpoint':
      return { kind: 'endpoint', endpoint: target.endpoint };
  }
}

/** Channel 1 is the caller, channel 2 what the caller hears: the called party. */
async function startRecording(
  verb: ParsedVerb<'dial'>,
  call: LiveCall,
  context: ScriptContext,
): Promise<CallRecording | undefined> {
  if (verb.record === 'do-not-record') return undefined;
  return context.recorder.start({
    accountId: context.accountId,
    callId: context.callId,
    leg: call,
    source: 'DialVerb',
    channels: verb.record.endsWith('-dual') ? 2 : 1,
    directions: 'both',
  });
}

/** Tells `action` where there is one, also when the caller has gone; an interrupted script has nobody to tell. */
function outcome(
  verb: ParsedVerb<'dial'>,
  call: LiveCall,
  context: ScriptContext,
  { result, termination }: Dialled,
): Outcome {
  if (context.signal.aborted && call.status !== 'ended') return proceed();
  if (verb.action !== undefined) return goTo(absolute(verb.action, context), { verb: 'dial', ...result });
  context.note({ kind: 'verb', summary: `dial ended: ${result.dialStatus}`, detail: { ...result } });
  return proceed(termination && endAcross(termination, { answered: call.status !== 'ringing' }));
}
