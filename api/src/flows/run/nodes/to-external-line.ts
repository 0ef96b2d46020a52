import { BaseError } from '@hookswitch/kernel/base-error';
import { ringbackTone } from '@hookswitch/media/port/sound';
import { type QueueEnd, untilOver } from '../../../scripting/index.js';
import { leaveBy } from '../exits.js';
import type { NodeExit, NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { playAgainAndAgain } from '../play-meanwhile.js';

export const toExternalLine: NodeRunner<'toExternalLine'> = async (node, visit) => {
  const { call, context } = visit;
  await call.answer();
  try {
    const line = await context.queue.callOut({
      number: visit.variables.text(node.to).trim(),
      callerNumberIds: node.callerNumberIds ?? [],
      ringSeconds: node.timeout,
      record: node.record,
    });
    const { queueResult } = await untilOver(line, call, context.signal, () => soundUntil(line.waiting, node, visit));
    return exitOf(queueResult, node);
  } catch (error) {
    if (!(error instanceof BaseError) || error.kind === 'bug') throw error;
    context.note({
      kind: 'error',
      summary: `The line could not be called: ${error.message}`,
      detail: { code: error.code },
    });
    return leaveBy('failed');
  }
};

/** What the caller hears until the line is answered. */
async function soundUntil(over: AbortSignal, { waitPrompts }: ParsedNode<'toExternalLine'>, visit: NodeVisit) {
  const signal = AbortSignal.any([over, visit.context.signal]);
  if (waitPrompts?.length) await playAgainAndAgain(waitPrompts, visit, signal);
  else await visit.call.play(ringbackTone, { loops: 0, signal });
}

function exitOf(result: QueueEnd['queueResult'], { exits }: ParsedNode<'toExternalLine'>): NodeExit {
  if (result === 'connected') return leaveBy('ended');
  if ((result === 'busy' || result === 'noAnswer') && exits?.[result] !== undefined) return leaveBy(result);
  return leaveBy('failed');
}
