import { expect } from 'vitest';
import type { Party } from '../../ear/parties.js';
import type { ApiClient } from '../../installation/api-client.js';
import { quickSettings } from '../../installation/platform-process.js';
import { OfCase } from '../../of-case.js';
import { EventStreamClient, type StreamedEvent } from '../../peers/event-stream-client.js';
import type { WireVerb } from '../../peers/script-server.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { type Line, useWorld, type World, type WorldOptions } from '../world.js';
import type { ContactView } from './desk.js';
import { type AgentView, type Grant, type GroupView, Staff } from './staff.js';

export interface AgentStatusView {
  readonly status: string;
  readonly restReason: string | null;
  readonly reserved: { readonly status: string } | null;
  readonly afterCallWorkUntil: string | null;
  readonly contactId: string | null;
  readonly offerId: string | null;
  readonly clients: number;
  readonly unreachableSince: string | null;
  readonly answeredToday: number;
}

export interface AgentOptions {
  /** Its tone. Default `agent`. */
  readonly party?: Party;
  readonly priority?: number;
  /** Where its phone registers. Default: where SIP of the world listens. */
  readonly server?: World['sip'];
  /** Leave it without a SIP phone. */
  readonly phone?: false;
  /** Leave it without a client: it works with its desk phone alone. */
  readonly client?: false;
  /** Do not bring it online. */
  readonly online?: false;
  /** Fields of its record. */
  readonly more?: object;
}

/** Whoever uses settings may have read them six times `CONTACT_CENTRE_CACHE_MS` ago, and it cannot be asked. */
const settingsCountAfterMs = 6 * Number(quickSettings.CONTACT_CENTRE_CACHE_MS) + 50;

/** A customer who called, and the contact that came of it. */
export interface Customer {
  readonly call: ToneCall;
  readonly contactId: string;
}

/** What a case does at its end. */
const closings = new OfCase<(() => unknown)[]>();

/** The contact centre of a world, with what a case makes in it: groups, agents with phones and clients, lines and customers. */
export class Centre {
  readonly world: World;
  readonly staff: Staff;
  #groups = 0;
  #asked = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
    this.staff = new Staff(world);
  }

  group(more: object = {}): Promise<GroupView> {
    this.#groups += 1;
    return this.staff.group(`Group ${this.#groups} ${Math.random().toString(36).slice(2, 8)}`, more);
  }

  /** Somebody who serves these groups: online, with a registered phone that rings, and a client that follows what happens. */
  async agent(groups: readonly GroupView[], options: AgentOptions = {}): Promise<CentreAgent> {
    const { party = 'agent', priority, more = {} } = options;
    const skillGroups = groups.map(({ id }) => ({
      skillGroupId: id,
      ...(priority === undefined ? {} : { priority }),
    }));
    const line = options.phone === false ? undefined : await this.#registered(party, options.server);
    const endpoint = line ? { endpointId: line.endpointId } : {};
    const record = await this.staff.add({ skillGroups, ...endpoint, ...more });
    const { token } = await this.world.api.post<{ token: string }>(`/v1/agents/${record.id}/tokens`);
    const agent = new CentreAgent(this.world, record, await this.staff.logIn({ token }), line?.phone);
    this.atEnd(() => agent.leave());
    if (options.client !== false) await agent.follow();
    if (options.online !== false) await agent.ask('online');
    return agent;
  }

  /** A line whose callers wait for an agent; `verb` has more of the `enqueue`, such as `agents` or `priority`. */
  line(group: GroupView | undefined, verb: object = {}, before: readonly WireVerb[] = []): Promise<Line> {
    const skillGroup = group ? { skillGroup: group.id } : {};
    return this.world.line([...before, { verb: 'enqueue', ...skillGroup, whenNoSeat: 'wait', ...verb }]);
  }

  /** A customer calls the line, at that node where there are several; the contact is there. */
  async call(line: Line, from = this.world.newNumber('b'), server = this.world.sip): Promise<Customer> {
    const phone = await this.world.phone({ user: from, server });
    const number = (this.#asked.get(line.path) ?? 0) + 1;
    this.#asked.set(line.path, number);
    const call = await phone.dial(line.number);
    const request = (await this.world.backend.request(line.path, number)) as { call: { contactId: string } };
    await call.answered();
    return { call, contactId: request.call.contactId };
  }

  /** A customer calls the line and waits: queued, or ringing somebody already. */
  async waits(line: Line, from?: string, server?: World['sip']): Promise<Customer> {
    const customer = await this.call(line, from, server);
    await this.contact(customer, ({ status }) => status === 'queued' || status === 'ringing');
    return customer;
  }

  /** The contact, once it looks as wanted. */
  contact({ contactId }: Pick<Customer, 'contactId'>, wanted: (contact: ContactView) => boolean): Promise<ContactView> {
    let seen: unknown;
    return this.world
      .eventually(`contact ${contactId} to be as wanted`, async () => {
        const { status, body } = await this.world.api.request<ContactView>('GET', `/v1/contacts/${contactId}`);
        seen = body;
        return status === 200 && wanted(body) ? body : undefined;
      })
      .catch((error: Error) => {
        throw new Error(`${error.message}; it is ${JSON.stringify(seen)}`);
      });
  }

  /** The contact when it is over. */
  finished(customer: Pick<Customer, 'contactId'>): Promise<ContactView> {
    return this.contact(customer, ({ status }) => status === 'finished');
  }

  /** Changes the centre's settings until the end of the case. Resolves when they count everywhere. */
  async settings(change: Readonly<Record<string, unknown>>): Promise<void> {
    const { world } = this;
    const before = await world.api.get<Record<string, unknown>>('/v1/contact-centre');
    const put = async (settings: Readonly<Record<string, unknown>>) => {
      await world.api.patch('/v1/contact-centre', settings);
      const changedAt = Date.now();
      await world.eventually('the settings to count', async () =>
        Date.now() - changedAt > settingsCountAfterMs ? true : undefined,
      );
    };
    await put(change);
    this.atEnd(() => put(Object.fromEntries(Object.keys(change).map((name) => [name, before[name]]))));
  }

  /** Does this at the end of the case. */
  atEnd(close: () => unknown): void {
    closings.now!.push(close);
  }

  async #registered(party: Party, server = this.world.sip): Promise<{ phone: TonePhone; endpointId: string }> {
    const username = `seat-${Math.random().toString(36).slice(2, 10)}`;
    const { endpoint, password } = await this.world.api.post<{ endpoint: { id: string }; password: string }>(
      '/v1/endpoints',
      { username },
    );
    const phone = await this.world.phone({ user: username, password, party, server });
    expect((await phone.register()).status).toBe(200);
    return { phone, endpointId: endpoint.id };
  }
}

/** An agent at work, with what is on its desk. */
export class CentreAgent {
  readonly id: string;
  readonly record: AgentView;
  readonly grant: Grant;
  /** The agent's own requests. */
  readonly api: ApiClient;
  readonly #world: World;
  readonly #phone: TonePhone | undefined;
  #client: EventStreamClient | undefined;

  constructor(world: World, record: AgentView, grant: Grant, phone: TonePhone | undefined) {
    this.#world = world;
    this.id = record.id;
    this.record = record;
    this.grant = grant;
    this.api = new Staff(world).client(grant.accessToken);
    this.#phone = phone;
  }

  get phone(): TonePhone {
    return this.#phone!;
  }

  /** What its client got. */
  get client(): EventStreamClient {
    return this.#client!;
  }

  get eventsUrl(): string {
    return `${this.#world.api.baseUrl}/v1/agents/${this.id}/events`;
  }

  /** Connects the client, over server-sent events; after a cut it goes on where it was. */
  async follow(how: 'overHttp' | 'overWebSocket' = 'overHttp', lastEventId?: number): Promise<EventStreamClient> {
    const from = lastEventId === undefined ? {} : { lastEventId };
    this.#client = await EventStreamClient[how]({ url: this.eventsUrl, token: this.grant.accessToken, ...from });
    return this.#client;
  }

  event(type: string, matches?: (data: StreamedEvent['data']) => boolean): Promise<StreamedEvent> {
    return this.client.event(type, matches);
  }

  ask(status: string, more: object = {}): Promise<AgentStatusView> {
    return this.api.post<AgentStatusView>(`/v1/agents/${this.id}/status`, { status, ...more });
  }

  status(): Promise<AgentStatusView> {
    return this.#world.api.get<AgentStatusView>(`/v1/agents/${this.id}/status`);
  }

  /** Resolves when it has this status. */
  async is(wanted: string): Promise<AgentStatusView> {
    let seen = '';
    return this.#world
      .eventually(`agent to be ${wanted}`, async () => {
        const status = await this.status();
        seen = status.status;
        return seen === wanted ? status : undefined;
      })
      .catch((error: Error) => {
        throw new Error(`${error.message}; it is ${seen}`);
      });
  }

  /** The next call that rings its phone. */
  async rings(): Promise<ToneCall> {
    const call = await this.phone.nextCall();
    call.ring();
    return call;
  }

  /** Takes the next call that rings its phone. */
  async answers(): Promise<ToneCall> {
    const call = await this.rings();
    await call.answer();
    return call;
  }

  /** How many calls rang its phone so far, answered or not. */
  get rung(): number {
    return this.phone.incoming.all.length;
  }

  /** Does something to a contact in its own name. */
  act(contact: Pick<Customer, 'contactId'>, act: string, body: object = {}): Promise<ContactView> {
    return this.api.post<ContactView>(`/v1/contacts/${contact.contactId}/${act}`, body);
  }

  /** Goes: its client is gone, and it gets no calls. */
  async leave(): Promise<void> {
    this.#client?.close();
    await this.#world.api.request('POST', `/v1/agents/${this.id}/status`, { status: 'offline' });
  }
}

/** A world with a contact centre for the cases of this file. */
export function useCentre(options: WorldOptions, start?: () => Promise<World>): { readonly centre: Centre } {
  const on = start ? useWorld(options, start) : useWorld(options);
  let centre: Centre | undefined;
  closings.around(
    () => [],
    async (closing) => {
      on.world.closePhones();
      for (const close of closing.reverse()) await close();
    },
  );
  return {
    get centre() {
      centre ??= new Centre(on.world);
      return centre;
    },
  };
}

export type { ContactView } from './desk.js';
