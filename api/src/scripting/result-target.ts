import { goTo, type Outcome, proceed, type VerbResult } from './outcome.js';
import type { ScriptContext } from './script-context.js';

/** An address of the running document as an absolute one. The parser has seen that it resolves. */
export function absolute(url: string, context: Pick<ScriptContext, 'documentUrl'>): string {
  return new URL(url, context.documentUrl).href;
}

/**
 * Takes a verb's result to its `action`, else to the running document's own address. Where there is neither (a script given inline), the result stands on the timeline and the script goes on.
 */
export function deliverResult(
  result: VerbResult,
  action: string | undefined,
  context: Pick<ScriptContext, 'documentUrl' | 'note'>,
): Outcome {
  const url = action ?? context.documentUrl;
  if (url !== undefined) return goTo(absolute(url, context), result);
  context.note({ kind: 'verb', summary: `${result.verb} ended; there is no action to tell`, detail: { result } });
  return proceed();
}
