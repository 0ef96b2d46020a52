import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { end, goTo, type Outcome, proceed } from '../outcome.js';
import type { Prompt } from '../play-prompts.js';
import { type QueueRules, talkToAgent } from '../queue/talk-to-agent.js';
import type { WaitingRules } from '../queue/wait-in-queue.js';
import { type QueuePrompts, withVariables } from '../queue/with-variables.js';
import { absolute } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ScriptContext, Verb } from '../script-context.js';

export const enqueue: Verb<'enqueue'> = async (verb, call, context) => {
  await call.answer();
  try {
    const { surveyFlowId: _, ...talk } = await talkToAgent(queueRules(verb, context), call, context);
    return outcome(verb, call, context, { ...talk });
  } catch (error) {
    if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
    return outcome(verb, call, context, { queueResult: 'failed', errorCode: error.code });
  }
};

function queueRules(verb: ParsedVerb<'enqueue'>, context: ScriptContext): QueueRules {
  const { skillGroup, agents, preferredAgents = [], priority, whenNoSeat, record, uui, keys = [] } = verb;
  return {
    ...(skillGroup === undefined ? {} : { skillGroup }),
    ...(agents === undefined ? {} : { agentIds: agents }),
    preferredAgentIds: preferredAgents,
    priority,
    onNoSeat: whenNoSeat,
    record,
    endsAfterTalk: hangsUpAfterTalk(verb),
    ...(uui === undefined ? {} : { uui }),
    keys,
    waiting: waitingRules(verb, context),
    connectPrompts: prompts(verb.connectPrompts),
    agentPrompts: prompts(verb.agentPrompts),
  };
}

function waitingRules(verb: ParsedVerb<'enqueue'>, context: ScriptContext): WaitingRules {
  const { waitUrl, waitPrompts } = verb;
  return {
    ...(waitPrompts === undefined ? {} : { prompts: prompts(waitPrompts) }),
    ...(waitUrl === undefined
      ? {}
      : {
          script: ({ contactId, position, size, waitedSeconds, expectedWaitSeconds }) => ({
            url: absolute(waitUrl, context),
            result: {
              verb: 'enqueue',
              queueResult: 'waiting',
              contactId,
              queuePosition: position,
              queueSize: size,
              waitedSeconds,
              ...(expectedWaitSeconds === undefined ? {} : { expectedWaitSeconds }),
            },
          }),
        }),
    timeoutSeconds: verb.timeout,
    timeoutPrompts: prompts(verb.timeoutPrompts),
    timeoutKey: verb.timeoutKey,
    timeoutGraceSeconds: verb.timeoutGrace,
    leaveOnKey: verb.leaveOnKey,
  };
}

function prompts(given: ParsedVerb<'enqueue'>['waitPrompts']): QueuePrompts {
  return (values) => withVariables((given ?? []) as readonly Prompt[], values);
}

function hangsUpAfterTalk({ action, afterTalk }: ParsedVerb<'enqueue'>): boolean {
  return action === undefined && afterTalk === 'hangup';
}

/** Tells `action` where there is one, also when the caller has gone; an interrupted script has nobody to tell. */
function outcome(
  verb: ParsedVerb<'enqueue'>,
  call: LiveCall,
  context: ScriptContext,
  result: Readonly<Record<string, unknown>>,
): Outcome {
  if (context.signal.aborted && call.status !== 'ended') return proceed();
  if (hangsUpAfterTalk(verb) && result.queueResult === 'connected') return end();
  if (verb.action !== undefined) return goTo(absolute(verb.action, context), { verb: 'enqueue', ...result });
  context.note({ kind: 'verb', summary: `enqueue ended: ${result.queueResult}`, detail: { ...result } });
  return proceed();
}
