import type { Party } from '../ear/parties.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import type { EventView, Line, World } from './world.js';

/** A conference as the API shows it, as far as journeys look. */
export interface ConferenceView {
  readonly id: string;
  readonly name: string;
  readonly status: 'init' | 'in-progress' | 'completed';
  readonly participants: number;
  readonly endedBecause: string | null;
  readonly lastEventSequence: number;
}

export interface ParticipantView {
  readonly callId: string;
  readonly status: 'connected' | 'reconnecting' | 'left';
  readonly muted: boolean;
  readonly held: boolean;
  readonly coaching: string | null;
  readonly leftBecause: string | null;
}

/** Somebody in a conference: a phone with a tone of its own. */
export interface Attendee {
  readonly party: Party;
  readonly call: ToneCall;
  readonly line: Line;
  /** The path that is told what came of it. */
  readonly action: string;
  readonly callId: string;
}

let rooms = 0;

/** One conference of a journey, and those whom the case sends there. */
export class ConferenceRoom {
  readonly name: string;
  readonly #world: World;

  constructor(world: World, name = `meeting ${++rooms}`) {
    this.#world = world;
    this.name = name;
  }

  /** A phone calls a line whose script joins the conference. `at`: the node that gets the call. */
  async enters(
    party: Party,
    verb: Readonly<Record<string, unknown>> = {},
    at?: { readonly host: string; readonly port: number },
  ): Promise<Attendee> {
    const world = this.#world;
    const action = world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }], 'after');
    const line = await world.line([{ verb: 'conference', name: this.name, action, ...verb }]);
    const phone = await world.phone({ party, ...(at && { server: at }) });
    const call = await phone.dial(line.number);
    return { party, call, line, action, callId: await world.callId(line.path) };
  }

  /** The conference, once it is as wanted. */
  is(wanted: (conference: ConferenceView) => boolean): Promise<ConferenceView> {
    return this.#world.eventually(`the conference ${this.name} to be as wanted`, async () => {
      const query = new URLSearchParams({ name: this.name });
      const { items } = await this.#world.api.get<{ items: ConferenceView[] }>(`/v1/conferences?${query}`);
      return items.find(wanted);
    });
  }

  async participants(query = ''): Promise<readonly ParticipantView[]> {
    const { id } = await this.is(() => true);
    const path = `/v1/conferences/${id}/participants?${query}`;
    return (await this.#world.api.get<{ items: ParticipantView[] }>(path)).items;
  }

  /** The participant, once it is as wanted. */
  participant(callId: string, wanted: (one: ParticipantView) => boolean): Promise<ParticipantView> {
    return this.#world.eventually('a participant to be as wanted', async () =>
      (await this.participants()).find((one) => one.callId === callId && wanted(one)),
    );
  }

  /** All its events, once it has ended: in order, and without a gap. */
  async events(): Promise<readonly EventView[]> {
    const { id, lastEventSequence } = await this.is(({ status }) => status === 'completed');
    return this.#world.eventually('all events of the conference', async () => {
      const path = `/v1/events?conferenceId=${id}&limit=100`;
      const { items } = await this.#world.api.get<{ items: EventView[] }>(path);
      return items.length === lastEventSequence ? items.toReversed() : undefined;
    });
  }
}

/** Resolves once each hears exactly the others. */
export async function allHearEachOther(...attendees: readonly Attendee[]): Promise<void> {
  await Promise.all(
    attendees.map((one) =>
      one.call.media.hears(...attendees.filter((other) => other !== one).map(({ party }) => party)),
    ),
  );
}
