import { pause } from '@hookswitch/kernel/clock';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { collectDigits } from '../collect-digits.js';
import { type Prompt, playPrompts } from '../play-prompts.js';
import type { QueuedCall, QueueStanding, ScriptContext } from '../script-context.js';
import type { ScriptLocation } from '../script-location.js';
import type { QueuePrompts } from './with-variables.js';

/** What was heard for less is not heard again at once: a script that says nothing, an audio that cannot be had. */
const shortestTurnMs = 1000;

/** What a waiting caller hears and may press. */
export interface WaitingRules {
  /** Again and again; the centre's waiting audio where there is neither. In prompts `${WaitNo}` is how many are ahead, `${ExpectedWait}` seconds, empty where nothing can be expected. */
  readonly prompts?: QueuePrompts;
  /** Runs instead, again and again; by `leave` the caller leaves the queue. */
  readonly script?: (waiting: WaitingCaller) => ScriptLocation;
  /** 0: for ever. */
  readonly timeoutSeconds: number;
  readonly timeoutPrompts: QueuePrompts;
  /** After the time-out it leaves the queue, and any other key stays. */
  readonly timeoutKey: string;
  /** Without a key after the time-out prompts the wait ends then. */
  readonly timeoutGraceSeconds: number;
  /** Leaves the queue at any time; '' for none. */
  readonly leaveOnKey: string;
}

/** A caller who waits, as what runs meanwhile is told of it. */
export interface WaitingCaller extends QueueStanding {
  readonly contactId: string;
  readonly waitedSeconds: number;
}

/**
 * What a waiting caller hears and may press, until the wait is over: an agent took the call, the caller left, or the script is interrupted. Rejects never: a wait
 * with a broken sound is a wait.
 */
export async function waitInQueue(
  rules: WaitingRules,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
): Promise<void> {
  const over = AbortSignal.any([context.signal, queued.waiting]);
  const startedAt = context.clock.monotonic();
  while (!over.aborted) {
    await waitForTimeout(rules, call, queued, { ...context, signal: over }, startedAt);
    if (over.aborted) return;
    const stays = await askWhetherToStay(rules, call, queued, { ...context, signal: over });
    if (over.aborted) return;
    if (stays !== 'stays') return queued.leave(stays);
  }
}

/** One stretch of waiting: until the time-out, or until the wait is over. */
async function waitForTimeout(
  rules: WaitingRules,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const stretch = new AbortController();
  const signal = AbortSignal.any([context.signal, stretch.signal]);
  const cancel =
    rules.timeoutSeconds > 0 ? context.clock.after(rules.timeoutSeconds * 1000, () => stretch.abort()) : () => {};
  const stopListening = call.events.on('digit', (digit) => {
    if (digit === rules.leaveOnKey) queued.leave('left');
  });
  try {
    while (!signal.aborted) await turn(rules, call, queued, { ...context, signal }, startedAt);
  } finally {
    cancel();
    stopListening();
  }
}

/** One turn of what is heard while waiting. */
async function turn(
  rules: WaitingRules,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const { clock, signal } = context;
  const turnAt = clock.monotonic();
  try {
    if (rules.script !== undefined) await runWaitingScript(rules.script, queued, context, startedAt);
    else if (rules.prompts !== undefined) await playPrompts(await standingIn(rules.prompts, queued), call, context);
    else await call.play(await queued.waitingSound(), { loops: 0, signal });
  } catch (error) {
    if (signal.aborted) return;
    context.logger.warn({ err: error }, 'what a waiting caller should hear could not be had');
    context.note({ kind: 'error', summary: 'What the waiting caller should hear could not be had' });
  }
  await pause(clock, turnAt + shortestTurnMs - clock.monotonic(), signal);
}

/** Prompts that say how long the line is. */
async function standingIn(prompts: QueuePrompts, queued: QueuedCall): Promise<readonly Prompt[]> {
  const { position, expectedWaitSeconds } = await queued.standing();
  return prompts({
    WaitNo: String(position - 1),
    ExpectedWait: expectedWaitSeconds === undefined ? '' : String(expectedWaitSeconds),
  });
}

async function runWaitingScript(
  script: NonNullable<WaitingRules['script']>,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const standing = await queued.standing();
  const waitedSeconds = Math.floor((context.clock.monotonic() - startedAt) / 1000);
  const location = script({ contactId: queued.contactId, ...standing, waitedSeconds });
  const end = await context.runBeside(location, context.signal);
  if (end.kind === 'left' && end.by === 'leave') queued.leave('left');
}

/** After the time-out any key stays, one leaves, and none leaves after a while. */
async function askWhetherToStay(
  rules: WaitingRules,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
): Promise<'stays' | 'left' | 'timeout'> {
  const key = {
    numDigits: 1,
    finishOnKey: '',
    timeoutMs: rules.timeoutGraceSeconds * 1000,
    bargeIn: true,
    inband: false,
  };
  call.flushDigits();
  const { digits } = await collectDigits(
    call,
    key,
    async (signal) => {
      try {
        await playPrompts(await standingIn(rules.timeoutPrompts, queued), call, { ...context, signal });
      } catch (error) {
        context.logger.warn({ err: error }, 'the prompts of a queue time-out could not be had');
      }
    },
    context.signal,
  );
  if (digits === '') return 'timeout';
  return digits === rules.timeoutKey ? 'left' : 'stays';
}
