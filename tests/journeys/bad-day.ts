import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { readWav } from '../ear/wav.js';
import { type CallView, type CdrView, type EventView, ourNumber, type World } from './world.js';

export interface BadDayOptions {
  /** A process is killed, or the calls of one that lives are closed by others: its counters do not tell of all calls. Default false. */
  readonly callsLoseTheirProcess?: boolean;
  /** A write as a client makes it, sent once before the fault and once after it, under one Idempotency-Key. Default: a call to a carrier. */
  readonly write?: { readonly path: string; readonly body: object };
}

interface AgentStatusView {
  readonly agentId: string;
  readonly status: string;
  readonly contactId: string | null;
  readonly offerId: string | null;
}

interface RecordingView {
  readonly id: string;
  readonly callId: string;
  readonly status: string;
  readonly durationSeconds: number | null;
}

interface ContactWithStays {
  readonly id: string;
  readonly status: string;
  readonly participants: readonly {
    readonly agentId: string | null;
    readonly acceptedAt: string | null;
    readonly endedAt: string | null;
    readonly endCode: string | null;
  }[];
}

/** What is open in an engine that may stay open: who registered is no call. */
const lasting = new Set(['registrations', 'connections']);

/** What a recording's file may be longer or shorter than its record says, seconds. */
const recordingTolerance = 0.1;

/** What must hold after every fault, whichever it was. `begin` before it; `over` once callers and agents have hung up. */
export class BadDay {
  readonly #world: World;
  readonly #options: BadDayOptions;
  readonly #write: { readonly path: string; readonly body: object };
  readonly #key = randomUUID();
  #answered = '';
  #before = { ended: 0, cdrs: 0 };

  private constructor(world: World, options: BadDayOptions) {
    this.#world = world;
    this.#options = options;
    this.#write = options.write ?? {
      path: '/v1/calls',
      body: { to: world.newNumber('b'), from: ourNumber, script: [{ verb: 'hangup' }] },
    };
  }

  static async begin(world: World, options: BadDayOptions = {}): Promise<BadDay> {
    const day = new BadDay(world, options);
    await day.#allEnded();
    day.#before = await day.#counted();
    day.#answered = await day.#send();
    if (!options.write) {
      const { to } = day.#write.body as { to: string };
      await (await world.carried('b', to)).answer();
      await world.cdr((JSON.parse(day.#answered) as CallView).id);
    }
    return day;
  }

  /** Each sentence below is one of the invariants. */
  async over(): Promise<void> {
    expect(await this.#send(), 'the same write under its Idempotency-Key is answered with the same bytes').toBe(
      this.#answered,
    );
    const calls = await this.#allEnded();
    if (!this.#options.write) await this.#placedOnce(calls);
    const cdrs = await this.#oneCdrEach(calls);
    await this.#eventsAreWhole();
    await this.#contactsAreOver();
    await this.#agentsAreFree();
    await this.#recordingsAreWhole(cdrs);
    expect(await this.#all('/v1/conferences?status=in-progress'), 'no conference is left').toEqual([]);
    await this.#nothingIsOpen();
    await this.#countersAgree();
  }

  /** The answer to the write, byte by byte. */
  async #send(): Promise<string> {
    const { api, firstAccount } = this.#world;
    const response = await fetch(`${api.baseUrl}${this.#write.path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${firstAccount.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': this.#key,
      },
      body: JSON.stringify(this.#write.body),
    });
    return response.text();
  }

  /** Each accepted POST /calls has exactly one call. */
  async #placedOnce(calls: readonly CallView[]): Promise<void> {
    const { to } = this.#write.body as { to: string };
    const { id } = JSON.parse(this.#answered) as CallView;
    const placed = calls.filter((call) => (call as CallView & { to: string }).to === to);
    expect(placed.map((call) => call.id)).toEqual([id]);
  }

  /** Every call of the account, once all are over. */
  #allEnded(): Promise<readonly CallView[]> {
    return this.#world.eventually(
      'every call to be over',
      async () => {
        const calls = await this.#all<CallView>('/v1/calls');
        return calls.every(({ termination }) => termination !== null) ? calls : undefined;
      },
      60_000,
    );
  }

  /** Each call has exactly one final CDR: one record and one event. */
  async #oneCdrEach(calls: readonly CallView[]): Promise<readonly CdrView[]> {
    const ids = calls.map(({ id }) => id).sort();
    const cdrs = await this.#world.eventually(`${ids.length} CDRs`, async () => {
      const found = await this.#all<CdrView>('/v1/cdrs');
      return found.length >= ids.length ? found : undefined;
    });
    expect(cdrs.map(({ callId }) => callId).sort()).toEqual(ids);
    const events = await this.#all<EventView>('/v1/events?type=cdr.created');
    expect(events.map(({ callId }) => callId).sort()).toEqual(ids);
    return cdrs;
  }

  /** Ids of events are unique, the numbers of a call's have no gap, each was delivered, first attempts in order. */
  async #eventsAreWhole(): Promise<void> {
    const events = await this.#all<EventView>('/v1/events');
    expect(events.length).toBeGreaterThan(0);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const wanted = numbersByCall(events);
    for (const [callId, numbers] of wanted) {
      expect(
        [...numbers].sort((a, b) => a - b),
        `events of ${callId}`,
      ).toEqual(numbers.map((_, index) => index + 1));
    }
    const known = new Set(events.filter(({ callId }) => callId !== undefined).map(({ id }) => id));
    const delivered = await this.#world.eventually('every event of a call to be delivered', async () => {
      const taken = this.#world.sink.events as unknown as EventView[];
      const got = new Set(taken.map(({ id }) => id));
      return [...known].every((id) => got.has(id)) ? taken : undefined;
    });
    for (const [callId, numbers] of numbersByCall(delivered)) {
      if (!wanted.has(callId)) continue;
      expect(numbers, `deliveries of ${callId}`).toEqual(numbers.map((_, index) => index + 1));
    }
  }

  /** Each contact ended once, and no agent was in two talks at a time. */
  async #contactsAreOver(): Promise<void> {
    const contacts = await this.#world.eventually('every contact to be over', async () => {
      const found = await this.#all<ContactWithStays>('/v1/contacts');
      return found.every(({ status }) => status === 'finished') ? found : undefined;
    });
    const completed = await this.#all<EventView>('/v1/events?type=contact.completed');
    const ids = completed.map(({ data }) => (data.contact as ContactWithStays).id);
    expect(new Set(ids).size).toBe(ids.length);
    const stays = contacts.flatMap(({ participants }) =>
      participants.filter((stay) => stay.agentId && stay.acceptedAt),
    );
    for (const agentId of new Set(stays.map((stay) => stay.agentId))) {
      const own = stays.filter((stay) => stay.agentId === agentId);
      const ordered = own.sort((one, other) => Date.parse(one.acceptedAt!) - Date.parse(other.acceptedAt!));
      for (const [index, next] of ordered.slice(1).entries()) {
        const { endedAt, endCode } = ordered[index]!;
        // A talk whose node died ends in its record when that is noticed, which may be after its agent was given another.
        if (this.#options.callsLoseTheirProcess && endCode === 'error') continue;
        expect(Date.parse(next.acceptedAt!)).toBeGreaterThanOrEqual(Date.parse(endedAt!));
      }
    }
  }

  /** No agent is stuck: nobody has a talk or an offer. */
  async #agentsAreFree(): Promise<void> {
    let stuck: readonly AgentStatusView[] = [];
    await this.#world
      .eventually('agents without talks and offers', async () => {
        const statuses = await this.#all<AgentStatusView>('/v1/agent-statuses');
        stuck = statuses.filter(({ status, contactId, offerId }) => status === 'busy' || contactId || offerId);
        return stuck.length === 0 ? true : undefined;
      })
      .catch((error: Error) => {
        throw new Error(`${error.message}; stuck: ${JSON.stringify(stuck)}`);
      });
  }

  /** Every recording belongs to a CDR, which names it, and its file is as long as it says. */
  async #recordingsAreWhole(cdrs: readonly CdrView[]): Promise<void> {
    const recordings = await this.#world.eventually(
      'every recording to be finished',
      async () => {
        const found = await this.#all<RecordingView>('/v1/recordings');
        return found.every(({ status }) => ['available', 'absent', 'failed'].includes(status)) ? found : undefined;
      },
      120_000,
    );
    for (const { id, callId, status, durationSeconds } of recordings) {
      expect(cdrs.find((cdr) => cdr.callId === callId)?.recordingIds).toContain(id);
      if (status !== 'available') continue;
      const { channels, rate } = readWav(await this.#world.api.download(`/v1/recordings/${id}/media?format=wav`));
      expect(Math.abs(channels[0]!.length / rate - durationSeconds!)).toBeLessThanOrEqual(recordingTolerance);
    }
  }

  /** Calls, dialogs, timers, transactions, ports: all at zero, in every process. */
  async #nothingIsOpen(): Promise<void> {
    let open: readonly string[] = [];
    await this.#world
      .eventually(
        'nothing to be open',
        async () => {
          const lines = (await this.#world.metrics()).flatMap((text) => text.split('\n'));
          open = lines.filter((line) => {
            const [, kind, value] =
              /^hookswitch_(?:engine_open|media_open|calls)\{.*?"([\w-]+)".*\} (\S+)$/.exec(line) ?? [];
            return kind !== undefined && !lasting.has(kind) && value !== '0';
          });
          const told = lines.some((line) => line.startsWith('hookswitch_engine_open{'));
          return told && open.length === 0 ? true : undefined;
        },
        60_000,
      )
      .catch((error: Error) => {
        throw new Error(`${error.message}: ${open.join(', ')}`);
      });
  }

  /** What processes counted is what the records say. */
  async #countersAgree(): Promise<void> {
    const { ended, cdrs } = await this.#counted();
    if (this.#options.callsLoseTheirProcess) expect(ended).toBeLessThanOrEqual(cdrs);
    else expect(ended - this.#before.ended).toBe(cdrs - this.#before.cdrs);
  }

  async #counted(): Promise<{ readonly ended: number; readonly cdrs: number }> {
    const counters = (await this.#world.metrics()).flatMap((text) => [
      ...text.matchAll(/^hookswitch_calls_ended_total\{.*\} (\d+)$/gm),
    ]);
    const ended = counters.reduce((sum, [, value]) => sum + Number(value), 0);
    return { ended, cdrs: (await this.#all('/v1/cdrs')).length };
  }

  /** Every page of a list. */
  async #all<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Item[]; nextCursor: string | null } = await this.#world.api.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=100${more}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }
}

/** The numbers of each call's events, in this order. Events come newest first from the API. */
function numbersByCall(events: readonly EventView[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const { callId, sequence } of events) {
    if (callId === undefined || sequence === undefined) continue;
    const own = numbers.get(callId) ?? [];
    own.push(sequence);
    numbers.set(callId, own);
  }
  return numbers;
}
