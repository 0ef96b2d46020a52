import { expect } from 'vitest';
import type { Party } from '../../ear/parties.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import type { Line, World } from '../world.js';
import { type AgentView, type GroupView, Staff } from './staff.js';

/** A contact as the API shows it, as far as journeys look. */
export interface ContactView {
  readonly id: string;
  readonly status: string;
  readonly direction: string;
  readonly customer: string;
  readonly line: string;
  readonly endCode: string | null;
  readonly endCodeNumber: number | null;
  readonly endedBy: string | null;
  readonly keys: readonly { readonly key: string; readonly label: string }[];
  readonly remark: string | null;
  readonly recordingIds: readonly string[];
  readonly skillGroupId: string | null;
  readonly queuedAt: string | null;
  readonly participants: readonly {
    readonly sequence: number;
    readonly type: string;
    readonly agentId: string | null;
    readonly phone: string | null;
    readonly callId: string | null;
    readonly endCode: string | null;
    readonly transferFrom: number | null;
    readonly transferTo: number | null;
    readonly muted: boolean;
    readonly heldSeconds: number;
    readonly afterCallWorkSeconds: number | null;
  }[];
}

/** An agent at a desk with a SIP phone of its own tone. */
export interface Seat {
  readonly agent: AgentView;
  readonly phone: TonePhone;
}

/** A small contact centre: its staff, their phones, and what they do in a call by API. */
export class Desk {
  readonly staff: Staff;
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
    this.staff = new Staff(world);
  }

  /** A group of its own for a case. */
  group(more: object = {}): Promise<GroupView> {
    this.#count += 1;
    return this.staff.group(`Group ${this.#count} ${Math.random().toString(36).slice(2, 8)}`, more);
  }

  /** An agent of those groups, online, whose registered phone sounds like that party. */
  async seat(party: Party, groups: readonly GroupView[], more: object = {}): Promise<Seat> {
    this.#count += 1;
    const username = `seat-${this.#count}-${Math.random().toString(36).slice(2, 8)}`;
    const { endpoint, password } = await this.#world.api.post<{ endpoint: { id: string }; password: string }>(
      '/v1/endpoints',
      { username },
    );
    const phone = await this.#world.phone({ user: username, password, party });
    expect((await phone.register()).status).toBe(200);
    const skillGroups = groups.map(({ id: skillGroupId }) => ({ skillGroupId }));
    const agent = await this.staff.add({ endpointId: endpoint.id, skillGroups, ...more });
    await this.status(agent, 'online');
    return { agent, phone };
  }

  status(agent: AgentView, status: string): Promise<unknown> {
    return this.#world.api.post(`/v1/agents/${agent.id}/status`, { status });
  }

  async statusOf(agent: AgentView): Promise<string> {
    return (await this.#world.api.get<{ status: string }>(`/v1/agents/${agent.id}/status`)).status;
  }

  /** A number whose callers are queued for that group. */
  line(group: GroupView, verb: object = {}): Promise<Line> {
    return this.#world.line([{ verb: 'enqueue', skillGroup: group.name, ...verb }]);
  }

  /** A customer calls that line and is answered by that seat; both hear each other. */
  async talk(line: Line, { phone, agent }: Seat): Promise<{ customer: ToneCall; call: ToneCall; contactId: string }> {
    const customer = await this.#world.call(line);
    const call = await phone.nextCall();
    call.ring();
    await call.answer();
    const [party] = [phone.options.party!];
    await Promise.all([customer.media.hears(party), call.media.hears('caller')]);
    const { items } = await this.#world.api.get<{ items: ContactView[] }>(`/v1/contacts?live=true&agentId=${agent.id}`);
    expect(items).toHaveLength(1);
    return { customer, call, contactId: items[0]!.id };
  }

  /** Does something in a contact by API. */
  act(contactId: string, what: string, body: object = {}): Promise<ContactView> {
    return this.#world.api.post<ContactView>(`/v1/contacts/${contactId}/${what}`, body);
  }

  get(contactId: string): Promise<ContactView> {
    return this.#world.api.get<ContactView>(`/v1/contacts/${contactId}`);
  }

  async trail(contactId: string): Promise<string[]> {
    const { items } = await this.#world.api.get<{ items: { what: string }[] }>(`/v1/contacts/${contactId}/trail`);
    return items.map(({ what }) => what);
  }

  /** The record as the last event carries it. */
  async record(contactId: string): Promise<ContactView> {
    const event = await this.#world.event(
      'contact.completed',
      ({ data }) => (data.contact as ContactView).id === contactId,
    );
    return event.data.contact as ContactView;
  }
}
