import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const play: NodeRunner<'play'> = async (node, visit) => {
  const source = node.audioId === undefined ? { url: node.url! } : { audioId: node.audioId };
  await playOut(promptsOf([{ verb: 'play', ...source, loop: node.plays }], visit), node.interruptible, visit);
  return leaveBy('next');
};
