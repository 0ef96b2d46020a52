import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { end, goTo, type Outcome, proceed } from '../outcome.js';
import { type Prompt, playPrompts } from '../play-prompts.js';
import { waitInQueue } from '../queue/wait-in-queue.js';
import { withVariables } from '../queue/with-variables.js';
import { absolute } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { JoinQueue, QueuedCall, ScriptContext, Verb } from '../script-context.js';

export const enqueue: Verb<'enqueue'> = async (verb, call, context) => {
  await call.answer();
  let queued: QueuedCall;
  try {
    queued = await context.queue.join(joinRequest(verb, call, context));
  } catch (error) {
    if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
    return outcome(verb, call, context, { queueResult: 'failed', errorCode: error.code });
  }
  const interrupted = () => {
    if (call.status !== 'ended') queued.abandon();
  };
  context.signal.addEventListener('abort', interrupted);
  if (context.signal.aborted) interrupted();
  try {
    await waitInQueue(verb, call, queued, context);
    return outcome(verb, call, context, { contactId: queued.contactId, ...(await queued.over) });
  } finally {
    context.signal.removeEventListener('abort', interrupted);
  }
};

function joinRequest(verb: ParsedVerb<'enqueue'>, call: LiveCall, context: ScriptContext): JoinQueue {
  const { skillGroup, agents, preferredAgents = [], priority, whenNoSeat, record, uui, keys = [] } = verb;
  return {
    ...(skillGroup === undefined ? {} : { skillGroup }),
    ...(agents === undefined ? {} : { agentIds: agents }),
    preferredAgentIds: preferredAgents,
    priority,
    onNoSeat: whenNoSeat,
    record,
    ...(uui === undefined ? {} : { uui }),
    keys,
    async welcome({ leg, staffNumber }, signal) {
      const say = (prompts: readonly Prompt[] | undefined, to: LiveCall) =>
        playPrompts(withVariables(prompts ?? [], { StaffNo: staffNumber }), to, { ...context, signal });
      await Promise.all([
        say(verb.connectPrompts as readonly Prompt[] | undefined, call),
        say(verb.agentPrompts as readonly Prompt[] | undefined, leg),
      ]);
    },
  };
}

/** Tells `action` where there is one, also when the caller has gone; an interrupted script has nobody to tell. */
function outcome(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  context: ScriptContext,
  result: Readonly<Record<string, unknown>>,
): Outcome {
  if (context.signal.aborted && call.status !== 'ended') return proceed();
  if (verb.action === undefined && verb.afterTalk === 'hangup' && result.queueResult === 'connected') return end();
  if (verb.action !== undefined) return goTo(absolute(verb.action, context), { verb: 'enqueue', ...result });
  context.note({ kind: 'verb', summary: `enqueue ended: ${result.queueResult}`, detail: { ...result } });
  return proceed();
}
