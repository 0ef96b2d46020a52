import { endFlow } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const end: NodeRunner<'end'> = async (node, visit) => {
  await playOut(promptsOf(node.prompts, visit), false, visit);
  return endFlow(node.hangUp ? 'hangUp' : node.leave ? 'leave' : 'end');
};
