import type { LegSurroundings } from './leg-surroundings.js';

/** What a channel that came in is told before it is answered. */
export function answerVariables(mediaLossMs: number): string {
  return [`media_timeout=${mediaLossMs}`, 'park_after_bridge=true'].join(';');
}

/** Answers a channel that is nobody's leg yet. Resolves with whether it is: FreeSWITCH hangs up one with whom it has no codec in common. */
export async function answerChannel(around: LegSurroundings, channelId: string): Promise<boolean> {
  await around.api(`uuid_setvar_multi ${channelId} ${answerVariables(around.mediaLossMs)}`);
  const settled = new Promise<boolean>((resolve) =>
    around.follow(channelId, ({ name }) => {
      if (name === 'CHANNEL_ANSWER' || name === 'CHANNEL_HANGUP_COMPLETE') resolve(name === 'CHANNEL_ANSWER');
    }),
  );
  await around.api(`uuid_answer ${channelId}`);
  const answered = await settled;
  if (!answered) around.unfollow(channelId);
  return answered;
}
