import { collectDigits, playPrompts } from '../../scripting/index.js';
import { leaveBy } from './exits.js';
import type { NodeExit, NodeVisit } from './flow-node.js';
import type { ParsedNode } from './parsed-node.js';
import { playOut, promptsOf } from './play-out.js';

/** What a key of a menu means. */
export interface MenuKey {
  readonly key: string;
  readonly label: string;
  readonly next: string;
}

type MenuRules = Pick<
  ParsedNode<'menu'>,
  | 'prompts'
  | 'timeout'
  | 'timeoutPrompts'
  | 'wrongKeyPrompts'
  | 'failurePrompts'
  | 'maxErrors'
  | 'interruptible'
  | 'exits'
>;

/**
 * Asks until one of the keys comes or the errors are used up. Wrong keys and time-outs are errors alike; the first time-out leaves by its exit, where there is
 * one. The key that was pressed stands in the trail.
 */
export async function askForKey(rules: MenuRules, keys: readonly MenuKey[], visit: NodeVisit): Promise<NodeExit> {
  const { signal } = visit.context;
  for (let errors = 0; errors < rules.maxErrors; errors++) {
    const pressed = await pressedKey(rules, visit);
    if (signal.aborted) break;
    const known = keys.find(({ key }) => key === pressed);
    if (known) {
      visit.trail.pressed(known.key, known.label);
      return { kind: 'go-to', node: known.next, by: `key ${known.key}` };
    }
    if (pressed !== '') visit.note('key', `key ${pressed}, which is not on the menu`, { key: pressed, known: false });
    const prompts = pressed === '' ? rules.timeoutPrompts : rules.wrongKeyPrompts;
    await playOut(promptsOf(prompts, visit), rules.interruptible, visit);
    if (pressed === '' && rules.exits?.timeout !== undefined) return leaveBy('timeout');
  }
  return failMenu(rules, visit);
}

/** Leaves a menu as failed. */
export async function failMenu(rules: MenuRules, visit: NodeVisit): Promise<NodeExit> {
  if (!visit.context.signal.aborted) await playOut(promptsOf(rules.failurePrompts, visit), rules.interruptible, visit);
  return leaveBy('failed');
}

/** One key, or '' where none came in time. */
async function pressedKey(rules: MenuRules, visit: NodeVisit): Promise<string> {
  const { call, context } = visit;
  await call.answer();
  const prompts = promptsOf(rules.prompts, visit);
  const { digits } = await collectDigits(
    call,
    { numDigits: 1, finishOnKey: '', timeoutMs: rules.timeout * 1000, bargeIn: rules.interruptible, inband: false },
    (signal) => playPrompts(prompts, call, { ...context, signal }),
    context.signal,
  );
  return digits;
}
