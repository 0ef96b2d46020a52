import { addressOf } from '../address-of.js';
import { askApi } from '../ask-api.js';
import { leaveBy } from '../exits.js';
import type { NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { playMeanwhile } from '../play-meanwhile.js';

export const callApi: NodeRunner<'callApi'> = async (node, visit) => {
  const answer = await answerOf(node, visit);
  if (visit.context.signal.aborted) return leaveBy('next');
  for (const { name, variable = name, default: otherwise = '' } of node.outputs ?? []) {
    visit.variables.set(variable, textOf(answer, name) ?? otherwise);
  }
  return leaveBy(answer === undefined && node.exits.failed !== undefined ? 'failed' : 'next');
};

async function answerOf(node: ParsedNode<'callApi'>, visit: NodeVisit): Promise<object | undefined> {
  const url = addressOf(node.url, visit);
  if (url === undefined) return undefined;
  const inputs = (node.inputs ?? []).map(({ name, value }) => [name, visit.variables.text(value)]);
  const body = JSON.stringify(Object.fromEntries(inputs));
  const question = { url, body, tries: node.tries, timeoutMs: node.timeout * 1000 };
  return playMeanwhile(node.waitPrompts, visit, () => askApi(question, visit));
}

/** A member as text: lists and objects as JSON. Undefined where the answer has none. */
function textOf(answer: object | undefined, name: string): string | undefined {
  if (answer === undefined || !Object.hasOwn(answer, name)) return undefined;
  const value = (answer as Readonly<Record<string, unknown>>)[name];
  if (value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
