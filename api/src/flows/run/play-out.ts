import { type Prompt, playPrompts } from '../../scripting/index.js';
import type { FlowPrompt } from '../document/prompts.js';
import type { NodeVisit, OtherValues } from './flow-node.js';

/** Prompts as they are said now: variables filled in; what would say nothing is left out. */
export function promptsOf(
  prompts: readonly FlowPrompt[] | undefined,
  { variables }: Pick<NodeVisit, 'variables'>,
  others?: OtherValues,
): readonly Prompt[] {
  const filled: Prompt[] = [];
  for (const prompt of (prompts ?? []) as readonly Prompt[]) {
    if (prompt.verb === 'say') {
      const text = variables.text(prompt.text, others);
      if (text.trim() !== '') filled.push({ ...prompt, text });
    } else if (prompt.verb === 'play' && prompt.url !== undefined) {
      filled.push({ ...prompt, url: variables.url(prompt.url, others) });
    } else filled.push(prompt);
  }
  return filled;
}

/**
 * Plays prompts. Where they may be interrupted a key ends them at once and stays for whoever collects next; else they play to their end, and what was pressed
 * meanwhile is dropped.
 */
export async function playOut(prompts: readonly Prompt[], interruptible: boolean, visit: NodeVisit): Promise<void> {
  if (prompts.length === 0) return;
  const { call, context } = visit;
  if (!interruptible) {
    await playPrompts(prompts, call, context);
    call.flushDigits();
    return;
  }
  const pressed = new AbortController();
  const stopListening = call.events.on('digit', () => pressed.abort('a key'));
  try {
    await playPrompts(prompts, call, { ...context, signal: AbortSignal.any([context.signal, pressed.signal]) });
  } finally {
    stopListening();
  }
}
