import { hideDigits } from '@hookswitch/media/port/secret-digits';
import { type CollectedDigits, collectDigits as collect, playPrompts } from '../../../scripting/index.js';
import { leaveBy } from '../exits.js';
import type { NodeExit, NodeRunner, NodeVisit } from '../flow-node.js';
import type { ParsedNode } from '../parsed-node.js';
import { playOut, promptsOf } from '../play-out.js';
import { hidden } from '../secrets.js';

type Node = ParsedNode<'collectDigits'>;

/** Keys that are no digits. Those that do not end an entry spoil it. */
const otherKeys = '*#ABCD';

export const collectDigits: NodeRunner<'collectDigits'> = async (node, visit) => {
  const reveal = node.secret ? hideDigits(visit.call) : () => {};
  try {
    return await ask(node, visit);
  } finally {
    reveal();
  }
};

async function ask(node: Node, visit: NodeVisit): Promise<NodeExit> {
  const { signal } = visit.context;
  const say = (prompts: Node['prompts'] | undefined) => playOut(promptsOf(prompts, visit), node.interruptible, visit);
  for (let errors = 1; errors <= node.maxErrors; errors++) {
    const entry = await enter(node, visit);
    if (signal.aborted) break;
    if (node.secret) visit.secrets.add(entry.digits);
    const shown = node.secret ? hidden : entry.digits;
    if (isComplete(node, entry)) {
      visit.variables.set(node.variable, entry.digits, shown);
      return leaveBy('next');
    }
    const wrong = entry.reason !== 'timeout';
    visit.note('key', wrong ? 'an entry that is not right' : 'no entry in time', { digits: shown, errors });
    if (!wrong) await say(node.timeoutPrompts);
    if (wrong || errors === node.maxErrors) await say(node.failurePrompts);
  }
  return leaveBy('failed');
}

async function enter(node: Node, visit: NodeVisit): Promise<CollectedDigits> {
  const { call, context } = visit;
  await call.answer();
  const prompts = promptsOf(node.prompts, visit);
  const numDigits = node.fixedLength ?? node.maxLength;
  const rules = { numDigits, timeoutMs: node.timeout * 1000, bargeIn: node.interruptible, inband: false };
  const play = (signal: AbortSignal) => playPrompts(prompts, call, { ...context, signal });
  return collect(call, { ...rules, finishOnKey: otherKeys + node.finishOnKey }, play, context.signal);
}

function isComplete({ fixedLength, finishOnKey }: Node, { digits, reason, finishKey }: CollectedDigits): boolean {
  if (reason === 'num-digits') return true;
  return reason === 'finish-key' && fixedLength === undefined && finishKey === finishOnKey && digits !== '';
}
