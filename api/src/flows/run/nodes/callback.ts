import { isE164 } from '@hookswitch/kernel/phone-number';
import { leaveBy } from '../exits.js';
import type { NodeRunner } from '../flow-node.js';
import { playOut, promptsOf } from '../play-out.js';

export const callback: NodeRunner<'callback'> = async (node, visit) => {
  const { call, context, variables } = visit;
  const caller = call.direction === 'inbound' ? context.from : context.to;
  const number = node.number === undefined ? caller : variables.text(node.number).trim();
  if (!isE164(number)) return leaveBy('failed');
  const note = node.note === undefined ? {} : { note: variables.text(node.note) };
  await visit.contact.callback({ number, skillGroupId: node.skillGroupId, ...note });
  await playOut(promptsOf(node.prompts, visit), false, visit);
  return leaveBy('next');
};
