import { afterAll, beforeAll } from 'vitest';
import { type Party, partyTones } from '../ear/parties.js';
import { toneSamples } from '../ear/tone.js';
import { writeWav } from '../ear/wav.js';
import type { ApiClient } from '../installation/api-client.js';
import { PlatformProcess } from '../installation/platform-process.js';
import { OfCase } from '../of-case.js';
import { eventually } from '../peers/eventually.js';
import type { Reply } from '../peers/recording-http-server.js';
import { type ScriptAnswer, ScriptServer } from '../peers/script-server.js';
import { headerOf } from '../peers/tone-phone/sip-text.js';
import type { DialOptions, ToneCall } from '../peers/tone-phone/tone-call.js';
import { TonePhone, type TonePhoneOptions } from '../peers/tone-phone/tone-phone.js';
import { WebhookSink } from '../peers/webhook-sink.js';

export interface WorldOptions {
  /** Names the database of this file in the MongoDB of the run. */
  readonly name: string;
  /** Number of this file's own database in the Redis of the run, 1 to 15. */
  readonly redisDatabase: number;
  /** Environment variables of the platform. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A number of ours whose calls run a script of the test's. */
export interface Line {
  readonly number: string;
  /** Path at the backend that is asked for its first script. */
  readonly path: string;
  readonly applicationId: string;
}

export interface LineOptions {
  readonly fallbackUrl?: string;
  readonly statusCallbackUrl?: string;
  readonly cdrPushUrl?: string;
  /** Instead of an address at the backend. */
  readonly scriptUrl?: string;
}

/** A call as the API shows it, as far as journeys look. */
export interface CallView {
  readonly id: string;
  readonly status: string;
  readonly scriptRevision: number;
  readonly lastEventSequence: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly termination: { readonly by: string; readonly reason: string; readonly sip: number | null } | null;
  readonly recordingIds: readonly string[];
}

export interface CdrView {
  readonly callId: string;
  readonly parentCallId: string | null;
  readonly status: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly termination: { readonly by: string; readonly reason: string; readonly sip: number | null };
  readonly talkSeconds: number;
  readonly recordingIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface TimelineEntryView {
  readonly kind: string;
  readonly summary: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** An event as it arrives at a receiver. */
export interface EventView {
  readonly id: string;
  readonly type: string;
  readonly callId?: string;
  readonly agentId?: string;
  readonly sequence?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where the numbers of the two carriers begin. */
const carrierPrefixes = { a: '+4420', b: '+4930' } as const;

/** The database of this file in the data servers of the test run. */
export function dataServers({ name, redisDatabase }: WorldOptions): Record<string, string> {
  const { REDIS_URL, MONGODB_URI } = process.env;
  if (!REDIS_URL || !MONGODB_URI) throw new Error('the data servers of the test run are not up');
  return {
    REDIS_URL: `${REDIS_URL.replace(/\/$/, '')}/${redisDatabase}`,
    MONGODB_URI: `${MONGODB_URI.replace(/\/$/, '')}/journey_${name}`,
  };
}

/** A party's tone as a WAV file. */
export function toneWav(party: Party, seconds: number, rate = 8000): Uint8Array {
  return writeWav({ rate, channels: [toneSamples(partyTones[party], seconds * rate, { rate })] });
}

/** How long there is any sound at all in these samples (8 kHz), milliseconds. */
export function loudMilliseconds(samples: Int16Array): number {
  let loud = 0;
  for (let start = 0; start + 800 <= samples.length; start += 800) {
    const energy = samples.subarray(start, start + 800).reduce((sum, sample) => sum + sample * sample, 0) / 800;
    if (energy > 200 * 200) loud += 100;
  }
  return loud;
}

/** Resolves once nobody is heard for 300 ms. The platform sends next to nothing where there is nothing to hear. */
export async function quiet({ media }: ToneCall): Promise<void> {
  for (let left = 100; left > 0; left -= 1) if ((await media.listen(300)).length === 0) return;
  throw new Error('there was sound for 30 s');
}

const phonesOfCase = new OfCase<TonePhone[]>();

/** One platform with its developer's backend, a receiver of events, two carriers, and phones that a case opens. */
export class World {
  readonly backend: ScriptServer;
  readonly sink: WebhookSink;
  readonly carriers: { readonly a: TonePhone; readonly b: TonePhone };
  readonly webhookEndpointId: string;
  /** Where SIP listens. */
  readonly sip: { readonly host: string; readonly port: number };
  readonly #platforms: PlatformProcess[];
  /** Those that belong to no case. */
  readonly #phones: TonePhone[] = [];
  #count = 0;

  private constructor(
    platforms: PlatformProcess[],
    peers: { backend: ScriptServer; sink: WebhookSink; carriers: World['carriers'] },
    webhookEndpointId: string,
    sip: World['sip'],
  ) {
    this.#platforms = platforms;
    this.backend = peers.backend;
    this.sink = peers.sink;
    this.carriers = peers.carriers;
    this.webhookEndpointId = webhookEndpointId;
    this.sip = sip;
  }

  /** Starts one process with every role. */
  static async start(options: WorldOptions): Promise<World> {
    return World.around([
      await PlatformProcess.start({
        settings: { ...dataServers(options), SIP_SESSION_EXPIRES_SECONDS: '0', ...options.settings },
      }),
    ]);
  }

  /** Sets the account up on these processes; the first one with an API and the first one with SIP are used. */
  static async around(platforms: PlatformProcess[]): Promise<World> {
    const http = platforms.find(({ httpUrl }) => httpUrl !== undefined)!;
    const { sip } = platforms.find((platform) => platform.sip !== undefined)!;
    const { api, firstAccount } = http;
    const backend = await ScriptServer.start({ secrets: [firstAccount.signingSecret] });
    const sink = await WebhookSink.start();
    const { webhookEndpoint, signingSecret } = await api.post<{
      webhookEndpoint: { id: string };
      signingSecret: string;
    }>('/v1/webhook-endpoints', { url: sink.url });
    sink.secrets = [signingSecret, firstAccount.signingSecret];
    await api.patch(`/v1/accounts/${firstAccount.accountId}`, {
      allowedDestinations: Object.values(carrierPrefixes),
      allowedSipHosts: ['127.0.0.1'],
      limits: { callsPerSecond: 1000, requestsPerSecond: 10_000 },
    });
    const carriers = {
      a: await TonePhone.open({ user: 'carrier-a', server: sip!, party: 'callee' }),
      b: await TonePhone.open({ user: 'carrier-b', server: sip!, party: 'agent' }),
    };
    for (const name of ['a', 'b'] as const) {
      await api.post('/v1/trunks', {
        name: `Carrier ${name}`,
        ...(name === 'a' ? { inbound: { addresses: ['127.0.0.1'] } } : {}),
        outbound: { proxies: [`sip:127.0.0.1:${carriers[name].address.port}`], prefixes: [carrierPrefixes[name]] },
      });
    }
    await api.post('/v1/numbers', { number: ourNumber, name: 'Shown to called parties' });
    const world = new World(platforms, { backend, sink, carriers }, webhookEndpoint.id, sip!);
    for (const party of ['prompt', 'music'] as const) {
      backend.answer(`/${party}.wav`, wavReply(toneWav(party, 1)));
    }
    return world;
  }

  get api(): ApiClient {
    return this.#platforms.find(({ httpUrl }) => httpUrl !== undefined)!.api;
  }

  /** Takes a process in the place of one that was killed. */
  replace(killed: PlatformProcess, started: PlatformProcess): void {
    this.#platforms[this.#platforms.indexOf(killed)] = started;
  }

  get platform(): PlatformProcess {
    return this.#platforms[0]!;
  }

  get firstAccount() {
    return this.#platforms.find(({ httpUrl }) => httpUrl !== undefined)!.firstAccount;
  }

  /** A number that nobody has had yet, at one of the carriers or among ours. */
  newNumber(where: keyof typeof carrierPrefixes | 'ours' = 'ours'): string {
    this.#count += 1;
    return `${where === 'ours' ? '+1555' : carrierPrefixes[where]}${String(1_000_000 + this.#count)}`;
  }

  /** A path at the backend that nothing else uses. */
  newPath(word = 'voice'): string {
    this.#count += 1;
    return `/${word}-${this.#count}`;
  }

  /** The backend answers this at a path of its own. */
  script(answer: ScriptAnswer, word?: string): string {
    const path = this.newPath(word);
    this.backend.answer(path, answer);
    return path;
  }

  /** A number whose calls run this script. */
  async line(answer: ScriptAnswer, options: LineOptions = {}): Promise<Line> {
    const path = this.script(answer);
    const number = this.newNumber();
    const application = await this.api.post<{ id: string }>('/v1/applications', {
      name: path,
      scriptUrl: this.backend.url(path),
      ...options,
    });
    await this.api.post('/v1/numbers', { number, applicationId: application.id });
    return { number, path, applicationId: application.id };
  }

  /** A phone that is closed after the case. */
  async phone(options: Partial<TonePhoneOptions> = {}): Promise<TonePhone> {
    const phone = await TonePhone.open({ user: '+15550199', server: this.sip, party: 'caller', ...options });
    (phonesOfCase.now ?? this.#phones).push(phone);
    return phone;
  }

  /** A new phone calls the line. */
  async call(line: Pick<Line, 'number'>, options: DialOptions = {}): Promise<ToneCall> {
    return (await this.phone()).dial(line.number, options);
  }

  /** Resolves with the call to this number that reaches the carrier. */
  carried(carrier: 'a' | 'b', number: string): Promise<ToneCall> {
    const { incoming } = this.carriers[carrier];
    return incoming.first(`a call to ${number} at carrier ${carrier}`, ({ invitation }) =>
      `${invitation.uri} ${headerOf(invitation, 'To')}`.includes(number),
    );
  }

  /** The id of the call that asked for the script at this path. */
  async callId(path: string, number = 1): Promise<string> {
    return ((await this.backend.request(path, number)) as { call: { id: string } }).call.id;
  }

  /** The result that the request number `number` for this path carried. */
  async result(path: string, number = 1): Promise<Record<string, unknown>> {
    return (await this.backend.request(path, number)).result as Record<string, unknown>;
  }

  /** Resolves with the CDR of this call when it arrives as an event. */
  async cdr(callId: string): Promise<CdrView> {
    const event = await this.event('cdr.created', ({ data }) => data.callId === callId);
    return event.data as unknown as CdrView;
  }

  /** Resolves with the first event of this type that matches. */
  async event(type: string, matches: (event: EventView) => boolean = () => true): Promise<EventView> {
    return (await this.sink.event(type, (event) => matches(event as unknown as EventView))) as unknown as EventView;
  }

  /** Events of one call that were taken so far, in the order of their coming. */
  eventsOf(callId: string): EventView[] {
    return (this.sink.events as unknown as EventView[]).filter((event) => event.callId === callId);
  }

  async getCall(callId: string): Promise<CallView> {
    return this.api.get<CallView>(`/v1/calls/${callId}`);
  }

  /** The whole timeline so far, oldest first. */
  async timeline(callId: string): Promise<readonly TimelineEntryView[]> {
    const { items } = await this.api.get<{ items: TimelineEntryView[] }>(`/v1/calls/${callId}/timeline?limit=100`);
    return items;
  }

  /** Asks the API again and again until it answers what is wanted. */
  eventually<T>(what: string, ask: () => Promise<T | undefined>, guardMs = 30_000): Promise<T> {
    return eventually(what, ask, { guardMs });
  }

  /** What each process tells Prometheus, where it does. */
  metrics(): Promise<string[]> {
    const urls = this.#platforms.flatMap(({ probesUrl, httpUrl }) => probesUrl ?? httpUrl ?? []);
    return Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  }

  /** Ends the phones of the case that asks. */
  closePhones(): void {
    closeAll(phonesOfCase.now ?? this.#phones);
  }

  /** The last lines of every process, for a failing case. */
  get output(): string {
    return this.#platforms.map(({ output }) => output.slice(-30).join('\n')).join('\n---\n');
  }

  async stop(): Promise<void> {
    closeAll(this.#phones);
    this.carriers.a.close();
    this.carriers.b.close();
    for (const platform of [...this.#platforms].reverse()) await platform.stop();
    await this.backend.close();
    await this.sink.close();
  }
}

/** What called parties see of calls by the API. */
export const ourNumber = '+15550000001';

function closeAll(phones: TonePhone[]): void {
  for (const phone of phones.splice(0)) phone.close();
}

/** A WAV file as an answer of the backend. */
export function wavReply(bytes: Uint8Array): Reply {
  return { headers: { 'content-type': 'audio/wav' }, body: bytes };
}

/** A world for the cases of this file. */
export function useWorld(options: WorldOptions, start = () => World.start(options)): { readonly world: World } {
  let world: World | undefined;
  beforeAll(async () => {
    world = await start();
  });
  phonesOfCase.around(
    () => [],
    (phones, { task }) => {
      if (task.result?.state === 'fail')
        console.error(
          world?.output
            .split('\n')
            .filter((line) => line.startsWith('{'))
            .join('\n'),
        );
      closeAll(phones);
    },
  );
  afterAll(async () => {
    await world?.stop();
  });
  return {
    get world() {
      return world!;
    },
  };
}
