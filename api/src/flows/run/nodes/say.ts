import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const say: NodeRunner<'say'> = async (node, visit) => {
  const { text, plays, voice } = node;
  const language = node.language ?? visit.language;
  const prompt = { verb: 'say', text, language, loop: plays, ...(voice === undefined ? {} : { voice }) } as const;
  await playOut(promptsOf([prompt], visit), node.interruptible, visit);
  return leaveBy('next');
};
