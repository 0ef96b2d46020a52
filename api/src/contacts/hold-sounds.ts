import type { Sound, ToneSound } from '@hookswitch/media/port/sound';
import type { CentreSettings } from '../contact-centre/index.js';
import type { AudioResolver } from '../scripting/index.js';
import type { HoldSounds } from './conference-seats.js';

const soft = (frequencies: readonly number[], cadenceMs: readonly number[]): ToneSound => ({
  kind: 'tone',
  frequencies,
  levelDbm0: -24,
  cadenceMs,
});

/** Where the centre has no audio of its own. */
export const builtInSounds: HoldSounds = { hold: soft([392, 494], [400, 4600]), waiting: soft([440], [400, 3600]) };

const audioTimeoutMs = 10_000;

/** What customers on hold and in the queue hear in that centre. An audio that cannot be had is the built-in sound. */
export async function holdSoundsOf(
  { accountId, holdAudioId, waitingAudioId }: Pick<CentreSettings, 'accountId' | 'holdAudioId' | 'waitingAudioId'>,
  audio: AudioResolver,
  failed: (error: unknown) => void,
): Promise<HoldSounds> {
  const sound = async (audioId: string | undefined, otherwise: Sound): Promise<Sound> => {
    if (audioId === undefined) return otherwise;
    try {
      return await audio.resolve(accountId, { audioId }, AbortSignal.timeout(audioTimeoutMs));
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
  const [hold, waiting] = await Promise.all([
    sound(holdAudioId, builtInSounds.hold),
    sound(waitingAudioId, builtInSounds.waiting),
  ]);
  return { hold, waiting };
}
