import { collectDigits, playPrompts } from '../../../scripting/index.js';
import { leaveBy } from '../exits.js';
import type { NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { playOut, promptsOf } from '../play-out.js';

/** The key of a customer who was asked and gave no rating, as Tencent's records have it. */
const noInput = { key: 'noInput', label: '' } as const;

export const survey: NodeRunner<'survey'> = async (node, visit) => {
  visit.contact.asksForRating();
  const given = await ask(node, visit);
  if (visit.context.signal.aborted) return leaveBy('next');
  const rating = given ?? noInput;
  visit.contact.rated(rating);
  visit.note('key', `rating ${rating.key}${rating.label === '' ? '' : `: ${rating.label}`}`, {
    ...rating,
    rating: true,
  });
  if (node.variable !== undefined) {
    visit.variables.set(node.variable, rating.key);
    visit.variables.set(`${node.variable}Label`, rating.label);
  }
  if (given) await playOut(promptsOf(node.endPrompts, visit), false, visit);
  return leaveBy('next');
};

async function ask(node: ParsedNode<'survey'>, visit: NodeVisit) {
  const { call, context } = visit;
  await call.answer();
  const rules = { numDigits: 1, finishOnKey: '', timeoutMs: node.timeout * 1000, bargeIn: true, inband: false };
  const prompts = promptsOf(node.prompts, visit);
  for (let play = 0; play < node.plays && !context.signal.aborted; play++) {
    const heard = (signal: AbortSignal) => playPrompts(prompts, call, { ...context, signal });
    const { digits } = await collectDigits(call, rules, heard, context.signal);
    const rating = node.keys.find(({ key }) => key === digits);
    if (rating) return rating;
  }
  return undefined;
}
