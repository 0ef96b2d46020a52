import type { Clock } from '@hookswitch/kernel/clock';
import type { AudioRef } from '@hookswitch/media/port/sound';
import type { AudioResolver, Speech } from '../scripting/index.js';
import type { ConferenceControl, ConferenceSound } from './conference-control.js';
import { ConferenceElsewhereError } from './conference-errors.js';
import type { ConferenceHost } from './conference-host.js';
import type { ConferenceSeats } from './conference-seats.js';
import type { HostedConference } from './hosted-conference.js';

const soundTimeoutMs = 10_000;

export interface LocalConferenceControlDeps {
  readonly host: ConferenceHost;
  readonly seats: ConferenceSeats;
  readonly audio: AudioResolver;
  readonly speech: Speech;
  readonly clock: Clock;
}

/** Does what the API asks of the conferences and calls of this process: entered by its own API and by commands of the others alike. */
export function localConferenceControl(deps: LocalConferenceControlDeps): ConferenceControl {
  const { host, seats } = deps;
  const find = async (of: Parameters<ConferenceControl['end']>[0]): Promise<HostedConference> => {
    const conference = await host.find(of);
    if (conference.id !== of.conferenceId) throw new ConferenceElsewhereError(of.name);
    return conference;
  };
  return {
    change: async ({ callId, change, ...of }) => (await find(of)).change(callId, change),
    remove: async ({ callId, ...of }) => (await find(of)).remove(callId),
    end: async (of) => (await find(of)).end('api'),
    async play({ accountId, conferenceId, callIds, sound }) {
      const audio = await audioOf(accountId, sound, deps);
      const loops = 'loops' in sound ? sound.loops : 1;
      for (const callId of callIds) {
        const seat = seats.get(callId);
        if (seat?.joining.accountId === accountId && seat.conferenceId === conferenceId)
          void seat.announce(audio, loops);
      }
    },
  };
}

async function audioOf(
  accountId: string,
  sound: ConferenceSound,
  { audio, speech, clock }: LocalConferenceControlDeps,
): Promise<AudioRef> {
  const control = new AbortController();
  const cancel = clock.after(soundTimeoutMs, () => control.abort('the sound took too long'));
  try {
    if ('text' in sound) return await speech.synthesize(sound, control.signal);
    return await audio.resolve(
      accountId,
      'url' in sound ? { url: sound.url } : { audioId: sound.audioId },
      control.signal,
    );
  } finally {
    cancel();
  }
}
