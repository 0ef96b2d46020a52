import type { FlowNode } from '../document/flow-document.js';
import { errorAt, type FlowFault } from '../document/flow-fault.js';
import { isHeard } from '../document/prompts.js';
import type { FlowGraph } from './flow-graph.js';
import { loops } from './loops.js';

/** Loops that a call may go round in without its caller hearing or pressing anything: it would hang, and cost without end. */
export function checkSilentLoops({ nodes, edges, reachable }: FlowGraph): readonly FlowFault[] {
  const silent = nodes.map(({ node }, number) =>
    node && reachable.has(number) ? edges[number]!.filter(({ field }) => isSilent(node, field)) : [],
  );
  return loops(nodes.length, (node) => silent[node]!.map(({ to }) => to)).map((loop) => {
    const [first] = loop;
    const within = new Set(loop);
    const { field } = silent[first!]!.find(({ to }) => within.has(to))!;
    const ids = loop.slice(0, 5).map((number) => nodes[number]!.id);
    const named = loop.length > 5 ? `${ids.join(', ')} and ${loop.length - 5} more` : ids.join(', ');
    const message = `leads round in a loop (${named}) in which the caller neither hears nor presses anything. Let one of them speak, or lead out of it.`;
    return errorAt(nodes[first!]!.id ?? null, field, 'silent-loop', message);
  });
}

/** Whether that way out may be taken without the caller having heard or pressed anything in the node. */
function isSilent(node: FlowNode, field: string): boolean {
  switch (node.kind) {
    case 'start':
    case 'setVariable':
    case 'condition':
    case 'workingHours':
    case 'sendMessage':
      return true;
    case 'callApi':
      return !isHeard(node.waitPrompts);
    case 'callback':
      return field === '/exits/failed' || !isHeard(node.prompts);
    // What the other flow or the script says is not known here.
    case 'subFlow':
    case 'webhookScript':
    case 'toExternalLine':
      return field === '/exits/failed';
    case 'toSkillGroup':
    case 'toAgent':
      if (field === '/exits/noSeatOnline') return !isHeard(node.noSeatPrompts);
      return field === '/exits/failed' && !isHeard(node.prompts);
    case 'menu':
    case 'dynamicMenu':
    case 'collectDigits':
      if (isHeard(node.prompts)) return false;
      if (field === '/exits/timeout') return !isHeard(node.timeoutPrompts);
      return field === '/exits/failed' && !isHeard(node.timeoutPrompts) && !isHeard(node.failurePrompts);
    case 'survey':
      return !isHeard(node.prompts);
    case 'say':
    case 'play':
    case 'voicemail':
    case 'end':
      return false;
  }
}
