import type { LiveCall } from '@hookswitch/media/port/live-call';
import { playPrompts } from '../play-prompts.js';
import type { JoinQueue, QueueEnd, ScriptContext } from '../script-context.js';
import { untilOver } from './until-over.js';
import { type WaitingRules, waitInQueue } from './wait-in-queue.js';
import type { QueuePrompts } from './with-variables.js';

/** How a caller is queued, waits, and is put through: what the verb `enqueue` and the nodes of flows have in common. */
export interface QueueRules extends Omit<JoinQueue, 'welcome'> {
  readonly waiting: WaitingRules;
  /** Heard by the caller and by the agent before they talk; `${StaffNo}` is the agent's staff number. */
  readonly connectPrompts: QueuePrompts;
  readonly agentPrompts: QueuePrompts;
}

/** What came of a wait, and of the talk after it. */
export interface AgentTalk extends QueueEnd {
  readonly contactId: string;
}

/**
 * Queues the call, lets it wait, and lets both talk. Resolves when the caller is alone again, or gone. Whoever the agent left is asked for a rating, where the centre wants that and nothing
 * else follows. Rejects as `CallQueue.join` does.
 */
export async function talkToAgent(rules: QueueRules, call: LiveCall, context: ScriptContext): Promise<AgentTalk> {
  const { waiting, connectPrompts, agentPrompts, ...join } = rules;
  const queued = await context.queue.join({
    ...join,
    async welcome({ leg, staffNumber }, signal) {
      const say = (prompts: QueuePrompts, to: LiveCall) =>
        playPrompts(prompts({ StaffNo: staffNumber }), to, { ...context, signal });
      await Promise.all([say(connectPrompts, call), say(agentPrompts, leg)]);
    },
  });
  const end = await untilOver(queued, call, context.signal, () => waitInQueue(waiting, call, queued, context));
  if (end.surveyFlowId !== undefined && !context.signal.aborted) {
    await context.runBeside({ flow: { flowId: end.surveyFlowId } }, context.signal);
  }
  return { contactId: queued.contactId, ...end };
}
