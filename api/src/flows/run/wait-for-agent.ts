import { BaseError } from '@hookswitch/kernel/base-error';
import {
  type QueuedFor,
  type QueueEnd,
  type QueuePrompts,
  type QueueRules,
  talkToAgent,
} from '../../scripting/index.js';
import { leaveBy } from './exits.js';
import type { NodeExit, NodeVisit } from './flow-node.js';
import type { ParsedNode } from './parsed-node.js';
import { playOut, promptsOf } from './play-out.js';

/** The nodes that queue a caller for agents. */
export type AgentNode = ParsedNode<'toSkillGroup'> | ParsedNode<'toAgent'>;

/**
 * Puts the caller through to an agent: prompts, wait, talk. Where nobody who could serve is at work, the caller is told at once and does not wait.
 * @param whom who may serve
 */
export async function waitForAgent(node: AgentNode, whom: QueuedFor, visit: NodeVisit): Promise<NodeExit> {
  const { call, context } = visit;
  await call.answer();
  try {
    if (!context.queue.goesOn) {
      if (!(await context.queue.hasSeat(whom))) return await turnAway(node, visit);
      await playOut(promptsOf(node.prompts, visit), false, visit);
      if (context.signal.aborted) return leaveBy('failed');
    }
    const { queueResult } = await talkToAgent(queueRules(node, whom, visit), call, context);
    if (context.signal.aborted) return leaveBy('failed');
    return queueResult === 'noSeatOnline' || queueResult === 'queueFull'
      ? await turnAway(node, visit)
      : leaveBy(exitOf[queueResult]);
  } catch (error) {
    if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
    visit.note('request', `the caller could not be queued: ${error.message}`, { errorCode: error.code });
    return leaveBy('failed');
  }
}

const exitOf: Readonly<Record<Exclude<QueueEnd['queueResult'], 'noSeatOnline' | 'queueFull'>, string>> = {
  connected: 'ended',
  left: 'left',
  timeout: 'timeout',
  failed: 'failed',
  busy: 'failed',
  noAnswer: 'failed',
};

async function turnAway(node: AgentNode, visit: NodeVisit): Promise<NodeExit> {
  await playOut(promptsOf(node.noSeatPrompts, visit), false, visit);
  return leaveBy('noSeatOnline');
}

function queueRules(node: AgentNode, whom: QueuedFor, visit: NodeVisit): QueueRules {
  const { waitPrompts, waitFlowId } = node;
  const said = (prompts: AgentNode['prompts']) => whenSaid(prompts, visit);
  return {
    ...whom,
    priority: node.priority,
    onNoSeat: 'turnAway',
    record: node.record,
    endsAfterTalk: node.exits?.ended === undefined,
    keys: [],
    waiting: {
      ...(waitPrompts === undefined ? {} : { prompts: said(waitPrompts) }),
      ...(waitFlowId === undefined
        ? {}
        : {
            script: ({ position, expectedWaitSeconds }) => ({
              flow: {
                flowId: waitFlowId,
                variables: {
                  ...visit.variables.all(),
                  WaitNo: String(position - 1),
                  ExpectedWait: expectedWaitSeconds === undefined ? '' : String(expectedWaitSeconds),
                },
              },
            }),
          }),
      timeoutSeconds: node.timeout,
      timeoutPrompts: said(node.timeoutPrompts),
      timeoutKey: node.timeoutKey,
      timeoutGraceSeconds: node.timeoutGrace,
      leaveOnKey: node.leaveOnKey,
    },
    connectPrompts: said(node.connectPrompts),
    agentPrompts: said(node.agentPrompts),
  };
}

/** Prompts that are filled in when the queue says them, in one pass with what it knows then. An address that cannot be asked throws at once: in the wait nobody would hear of it. */
function whenSaid(prompts: AgentNode['prompts'], visit: NodeVisit): QueuePrompts {
  promptsOf(
    prompts?.filter(({ verb }) => verb === 'play'),
    visit,
    { WaitNo: '', ExpectedWait: '', StaffNo: '' },
  );
  return (values) => promptsOf(prompts, visit, values);
}
