import type { LiveCall } from '@hookswitch/media/port/live-call';
import { collectDigits } from '../collect-digits.js';
import { proceed } from '../outcome.js';
import { deliverResult } from '../result-target.js';
import type { ParsedVerb } from '../script.js';
import type { ScriptContext, Verb } from '../script-context.js';
import { pause } from './pause.js';
import { play } from './play.js';
import { say } from './say.js';

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

type Prompt = ParsedVerb<'say' | 'play' | 'pause'>;

async function playPrompts(prompts: readonly Prompt[], call: LiveCall, context: ScriptContext): Promise<void> {
  for (const prompt of prompts) {
    if (context.signal.aborted) return;
    try {
      await playPrompt(prompt, call, context);
    } catch (error) {
      if (!context.signal.aborted) throw error;
    }
  }
}

function playPrompt(prompt: Prompt, call: LiveCall, context: ScriptContext) {
  switch (prompt.verb) {
    case 'say':
      return say(prompt, call, context);
    case 'play':
      return play(prompt, call, context);
    case 'pause':
      return pause(prompt, call, context);
  }
}
