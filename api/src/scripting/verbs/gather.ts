import { collectDigits } from '../collect-digits.js';
import { proceed } from '../outcome.js';
import { type Prompt, playPrompts } from '../play-prompts.js';
import { deliverResult } from '../result-target.js';
import type { Verb } from '../script-context.js';

export const gather: Verb<'gather'> = async (verb, call, context) => {
  await call.answer();
  const { numDigits, finishOnKey, bargeIn, inband } = verb;
  const collected = await collectDigits(
    call,
    { numDigits, finishOnKey, timeoutMs: verb.timeout * 1000, bargeIn, inband },
    (signal) => playPrompts((verb.prompts ?? []) as readonly Prompt[], call, { ...context, signal }),
    context.signal,
  );
  const { digits, reason } = collected;
  if (reason === 'interrupted' || reason === 'call-ended') return proceed();
  if (digits === '' && !verb.actionOnEmptyResult) return proceed();
  return deliverResult({ verb: 'gather', digits, reason }, verb.action, context);
};
