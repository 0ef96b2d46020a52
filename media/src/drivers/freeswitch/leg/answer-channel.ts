import type { EslEvent } from '../esl/esl-event.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { keepKeys } from './pressed-keys.js';

/** What a channel that came in is told before it is answered. */
export function answerVariables({
  mediaLossMs,
  keepsSnapshots,
}: Pick<LegSurroundings, 'mediaLossMs' | 'keepsSnapshots'>): string {
  const kept = keepsSnapshots ? [keepKeys.join('=')] : [];
  return [`media_timeout=${mediaLossMs}`, 'park_after_bridge=true', ...kept].join(';');
}

/** Answers a channel that is nobody's leg yet. Resolves with what is said of it then; undefined where it is not: FreeSWITCH hangs up one with whom it has no codec in common. */
export async function answerChannel(around: LegSurroundings, channelId: string): Promise<EslEvent | undefined> {
  await around.api(`uuid_setvar_multi ${channelId} ${answerVariables(around)}`);
  const settled = new Promise<EslEvent | undefined>((resolve) =>
    around.follow(channelId, (event) => {
      if (event.name === 'CHANNEL_ANSWER') resolve(event);
      else if (event.name === 'CHANNEL_HANGUP_COMPLETE') resolve(undefined);
    }),
  );
  await around.api(`uuid_answer ${channelId}`);
  const answered = await settled;
  if (!answered) around.unfollow(channelId);
  return answered;
}
