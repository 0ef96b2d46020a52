import type { CommandMessage, PlaneCommand } from './plane-messages.js';

/** Which of a command's arguments is a sound. */
const soundAt: Partial<Record<PlaneCommand, number>> = { play: 2, setHoldMusic: 1 };

/** The command with another sound in place of its own, where it has one that is no tone. `AudioSound`: how it names it. */
export function withSound<AudioSound extends { readonly kind: 'audio' }>(
  message: CommandMessage,
  replaced: (sound: AudioSound) => unknown,
): CommandMessage {
  const at = soundAt[message.command];
  const sound = at === undefined ? undefined : (message.arguments[at] as AudioSound | { kind: 'tone' } | undefined);
  if (at === undefined || sound?.kind !== 'audio') return message;
  return { ...message, arguments: message.arguments.with(at, replaced(sound)) };
}
