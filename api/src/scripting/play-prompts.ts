import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ParsedVerb } from './script.js';
import type { ScriptContext } from './script-context.js';
import { pause } from './verbs/pause.js';
import { play } from './verbs/play.js';
import { say } from './verbs/say.js';

/** One thing a caller hears while something else goes on. */
export type Prompt = ParsedVerb<'say' | 'play' | 'pause'>;

/** Plays them one after another, until the context's signal aborts. Rejects where one cannot be had. */
export async function playPrompts(prompts: readonly Prompt[], call: LiveCall, context: ScriptContext): Promise<void> {
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
