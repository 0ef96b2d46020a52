import { pause } from '@hookswitch/kernel/clock';
import { playPrompts } from '../../scripting/index.js';
import type { FlowPrompt } from '../document/prompts.js';
import type { NodeVisit } from './flow-node.js';
import { promptsOf } from './play-out.js';

/** What was heard for less is not heard again at once: an audio that cannot be had. */
const shortestTurnMs = 1000;

/** Plays prompts again and again until the work is done. A sound that cannot be had is told, and the work goes on. */
export async function playMeanwhile<Result>(
  prompts: readonly FlowPrompt[] | undefined,
  visit: NodeVisit,
  work: () => Promise<Result>,
): Promise<Result> {
  const done = new AbortController();
  const signal = AbortSignal.any([visit.context.signal, done.signal]);
  const playing = prompts?.length ? playAgainAndAgain(prompts, visit, signal) : undefined;
  try {
    return await work();
  } finally {
    done.abort('done');
    await playing;
  }
}

/** Plays prompts again and again until the signal aborts. Never rejects. */
export async function playAgainAndAgain(
  prompts: readonly FlowPrompt[],
  visit: NodeVisit,
  signal: AbortSignal,
): Promise<void> {
  const { call, context, logger } = visit;
  while (!signal.aborted) {
    const turnAt = context.clock.monotonic();
    try {
      await playPrompts(promptsOf(prompts, visit), call, { ...context, signal });
    } catch (error) {
      logger.warn({ err: error }, 'what a caller should hear meanwhile could not be had');
      context.note({ kind: 'error', summary: 'What the caller should hear meanwhile could not be had' });
    }
    await pause(context.clock, turnAt + shortestTurnMs - context.clock.monotonic(), signal);
  }
}
