import { pause } from '@hookswitch/kernel/clock';
import { ringbackTone } from '@hookswitch/media/port/sound';
import { playPrompts, type QueueEnd, untilOver } from '../../../scripting/index.js';
import { leaveBy } from '../exits.js';
import type { NodeExit, NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { promptsOf } from '../play-out.js';

export const toExternalLine: NodeRunner<'toExternalLine'> = async (node, visit) => {
  const { call, context, variables } = visit;
  await call.answer();
  const line = await context.queue.callOut({
    number: variables.text(node.to).trim(),
    callerNumberIds: node.callerNumberIds ?? [],
    ringSeconds: node.timeout,
    record: node.record,
  });
  const { queueResult } = await untilOver(line, call, context.signal, () => soundUntil(line.waiting, node, visit));
  return exitOf(queueResult, node);
};

/** Prompts that fail, or say nothing, are not tried again at once, milliseconds. */
const shortestTurnMs = 1000;

/** What the caller hears until the line is answered. */
async function soundUntil(over: AbortSignal, { waitPrompts }: ParsedNode<'toExternalLine'>, visit: NodeVisit) {
  const { call, context } = visit;
  const signal = AbortSignal.any([over, context.signal]);
  const prompts = promptsOf(waitPrompts, visit);
  while (!signal.aborted) {
    const turnAt = context.clock.now();
    try {
      if (prompts.length > 0) await playPrompts(prompts, call, { ...context, signal });
      else await call.play(ringbackTone, { loops: 0, signal });
    } catch (error) {
      if (signal.aborted) return;
      context.note({ kind: 'error', summary: 'What the caller should hear until the answer could not be had' });
      visit.logger.warn({ err: error }, 'what a caller should hear until an answer could not be had');
    }
    await pause(context.clock, turnAt + shortestTurnMs - context.clock.now(), signal);
  }
}

function exitOf(result: QueueEnd['queueResult'], { exits }: ParsedNode<'toExternalLine'>): NodeExit {
  if (result === 'connected') return leaveBy('ended');
  if ((result === 'busy' || result === 'noAnswer') && exits?.[result] !== undefined) return leaveBy(result);
  return leaveBy('failed');
}
