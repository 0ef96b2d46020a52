import { expect } from 'vitest';
import type { Party } from '../../ear/parties.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { Centre, ContactView } from '../contact-centre/centre.js';
import { toneWav } from '../world.js';

/** A contact as the API shows it, with what flows leave in it. */
export interface FlowContactView extends ContactView {
  readonly startedAt: string;
  readonly acceptedAt: string | null;
  readonly endedAt: string | null;
  readonly keys: readonly PressedKey[];
  readonly ratings: readonly PressedKey[];
  readonly voicemails: readonly {
    readonly recordingId: string;
    readonly skillGroupId: string | null;
    readonly durationSeconds: number;
  }[];
}

interface PressedKey {
  readonly key: string;
  readonly label: string;
  readonly pressedAt: string;
}

/** A node as its author writes it. */
export interface FlowNode {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A number whose calls run a flow. */
export interface FlowLine {
  readonly number: string;
  readonly flowId: string;
}

/** Flows of a contact centre, with what is heard in them: tones in the account's audio library. */
export class FlowCentre {
  readonly centre: Centre;
  readonly #audio = new Map<string, Promise<string>>();
  #count = 0;

  constructor(centre: Centre) {
    this.centre = centre;
  }

  /** A prompt that sounds like that party, for so long. */
  async tone(party: Party, seconds = 1): Promise<{ verb: 'play'; audioId: string; loop: number }> {
    const name = `${party} ${seconds}`;
    const uploaded = this.#audio.get(name) ?? this.#upload(party, seconds);
    this.#audio.set(name, uploaded);
    return { verb: 'play', audioId: await uploaded, loop: 1 };
  }

  /** A published flow: `start` leads to the first of these nodes. */
  async flow(nodes: readonly FlowNode[], more: object = {}): Promise<string> {
    const { api } = this.centre.world;
    const start = { id: 'start', kind: 'start', exits: { next: nodes[0]!.id } };
    this.#count += 1;
    const name = `Flow ${this.#count} ${Math.random().toString(36).slice(2, 8)}`;
    const { id } = await api.post<{ id: string }>('/v1/flows', {
      name,
      draft: { nodes: [start, ...nodes] },
      ...more,
    });
    await api.post(`/v1/flows/${id}/versions`, {});
    return id;
  }

  /** A number whose calls run a flow of these nodes. */
  async line(nodes: readonly FlowNode[]): Promise<FlowLine> {
    const flowId = await this.flow(nodes);
    const number = this.centre.world.newNumber();
    await this.centre.world.api.post('/v1/numbers', { number, flow: { flowId } });
    return { number, flowId };
  }

  /** A customer calls that line and is answered by its flow. */
  async call(line: FlowLine, from = this.centre.world.newNumber('b')): Promise<FlowCustomer> {
    const phone = await this.centre.world.phone({ user: from });
    const call = await phone.dial(line.number);
    await call.answered();
    const contactId = await this.#contactOf(line, from);
    call.media.hearsFromTheBeginning();
    return { call, from, contactId };
  }

  /** The record when the contact is over, as its last event has it. */
  async finished({ contactId }: Pick<FlowCustomer, 'contactId'>): Promise<FlowContactView> {
    const event = await this.centre.world.event('contact.completed', (each) => contactOf(each.data).id === contactId);
    return contactOf(event.data);
  }

  /** The contact as it is now. */
  now({ contactId }: Pick<FlowCustomer, 'contactId'>): Promise<FlowContactView> {
    return this.centre.world.api.get<FlowContactView>(`/v1/contacts/${contactId}`);
  }

  /** Types of the contact's events so far, in their order; numbered from 1 without gaps. */
  events({ contactId }: Pick<FlowCustomer, 'contactId'>): string[] {
    const events = this.centre.world.sink.events as unknown as readonly {
      readonly type: string;
      readonly contactId?: string;
      readonly sequence?: number;
    }[];
    const own = events.filter((event) => event.contactId === contactId && event.type.startsWith('contact.'));
    const inOrder = [...own].sort((a, b) => a.sequence! - b.sequence!);
    expect(inOrder.map(({ sequence }) => sequence)).toEqual(inOrder.map((_, at) => at + 1));
    return inOrder.map(({ type }) => type.slice('contact.'.length));
  }

  async #upload(party: Party, seconds: number): Promise<string> {
    const wav = toneWav(party, seconds);
    return (await this.centre.world.api.upload<{ id: string }>('/v1/audio', 'audio/wav', wav)).id;
  }

  #contactOf(line: FlowLine, from: string): Promise<string> {
    return this.centre.world.eventually(`the contact of ${from}`, async () => {
      const { items } = await this.centre.world.api.get<{ items: ContactView[] }>(
        `/v1/contacts?customer=${encodeURIComponent(from)}`,
      );
      return items.find((contact) => contact.line === line.number)?.id;
    });
  }
}

/** A customer who called a line with a flow. */
export interface FlowCustomer {
  readonly call: ToneCall;
  readonly from: string;
  readonly contactId: string;
}

function contactOf(data: Readonly<Record<string, unknown>>): FlowContactView {
  return data.contact as FlowContactView;
}
