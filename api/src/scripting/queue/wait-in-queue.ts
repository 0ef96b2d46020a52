import { pause } from '@hookswitch/kernel/clock';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { collectDigits } from '../collect-digits.js';
import { type Prompt, playPrompts } from '../play-prompts.js';
import { absolute } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { QueuedCall, ScriptContext } from '../script-context.js';
import { withVariables } from './with-variables.js';

/** What was heard for less is not heard again at once: a script that says nothing, an audio that cannot be had. */
const shortestTurnMs = 1000;

/**
 * What a waiting caller hears and may press, until the wait is over: an agent took the call, the caller left, or the script is interrupted. Rejects never: a wait
 * with a broken sound is a wait.
 */
export async function waitInQueue(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
): Promise<void> {
  const over = AbortSignal.any([context.signal, queued.waiting]);
  const startedAt = context.clock.now();
  while (!over.aborted) {
    await waitForTimeout(verb, call, queued, { ...context, signal: over }, startedAt);
    if (over.aborted) return;
    const stays = await askWhetherToStay(verb, call, { ...context, signal: over });
    if (over.aborted) return;
    if (stays !== 'stays') return queued.leave(stays);
  }
}

/** One stretch of waiting: until the time-out, or until the wait is over. */
async function waitForTimeout(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const stretch = new AbortController();
  const signal = AbortSignal.any([context.signal, stretch.signal]);
  const cancel = verb.timeout > 0 ? context.clock.after(verb.timeout * 1000, () => stretch.abort()) : () => {};
  const stopListening = call.events.on('digit', (digit) => {
    if (digit === verb.leaveOnKey) queued.leave('left');
  });
  try {
    while (!signal.aborted) await turn(verb, call, queued, { ...context, signal }, startedAt);
  } finally {
    cancel();
    stopListening();
  }
}

/** One turn of what is heard while waiting. */
async function turn(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const { clock, signal } = context;
  const turnAt = clock.now();
  try {
    if (verb.waitUrl !== undefined) await runWaitingScript(verb.waitUrl, queued, context, startedAt);
    else if (verb.waitPrompts !== undefined) {
      const { position } = await queued.standing();
      const prompts = withVariables(verb.waitPrompts as readonly Prompt[], { WaitNo: String(position - 1) });
      await playPrompts(prompts, call, context);
    } else await call.play(await queued.waitingSound(), { loops: 0, signal });
  } catch (error) {
    if (signal.aborted) return;
    context.logger.warn({ err: error }, 'what a waiting caller should hear could not be had');
    context.note({ kind: 'error', summary: 'What the waiting caller should hear could not be had' });
  }
  await pause(clock, turnAt + shortestTurnMs - clock.now(), signal);
}

async function runWaitingScript(
  waitUrl: string,
  queued: QueuedCall,
  context: ScriptContext,
  startedAt: number,
): Promise<void> {
  const { position, size, expectedWaitSeconds } = await queued.standing();
  const result = {
    verb: 'enqueue',
    queueResult: 'waiting',
    contactId: queued.contactId,
    queuePosition: position,
    queueSize: size,
    waitedSeconds: Math.floor((context.clock.now() - startedAt) / 1000),
    ...(expectedWaitSeconds === undefined ? {} : { expectedWaitSeconds }),
  };
  const end = await context.runBeside({ url: absolute(waitUrl, context), result }, context.signal);
  if (end.kind === 'left' && end.by === 'leave') queued.leave('left');
}

/** After the time-out any key stays, one leaves, and none leaves after a while. */
async function askWhetherToStay(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  context: ScriptContext,
): Promise<'stays' | 'left' | 'timeout'> {
  const rules = {
    numDigits: 1,
    finishOnKey: '',
    timeoutMs: verb.timeoutGrace * 1000,
    bargeIn: true,
    inband: false,
  };
  call.flushDigits();
  const prompts = (verb.timeoutPrompts ?? []) as readonly Prompt[];
  const { digits } = await collectDigits(
    call,
    rules,
    async (signal) => {
      try {
        await playPrompts(prompts, call, { ...context, signal });
      } catch (error) {
        context.logger.warn({ err: error }, 'the prompts of a queue time-out could not be had');
      }
    },
    context.signal,
  );
  if (digits === '') return 'timeout';
  return digits === verb.timeoutKey ? 'left' : 'stays';
}
