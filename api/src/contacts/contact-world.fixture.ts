import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine, type FakeFarEnd, ledByHand } from '@hookswitch/media/drivers/fake/index';
import type { AudioRef, ToneSound } from '@hookswitch/media/port/sound';
import {
  changeAgent,
  type LiveAgent,
  MemoryLiveCentreStore,
  MemoryRoutingLease,
  newLiveAgent,
  nextAgent,
  RoutingNode,
} from '../acd/index.js';
import type { Agent } from '../agents/index.js';
import { BatchedTimeline, MemoryCallStore, MemoryTimelineStore } from '../call-records/index.js';
import { type Calls, createCalls, MemoryCallRouting } from '../calls/index.js';
import { buildCdr } from '../cdrs/index.js';
import { type CentreSettings, defaultCentreSettings } from '../contact-centre/index.js';
import { MemoryCommandChannel, MemoryNodeLeases } from '../nodes/index.js';
import { ScriptedOutboundHttp } from '../outbound-http/index.js';
import { createHttpScriptSource, createScriptRunner, defaultScriptSettings } from '../scripting/index.js';
import { MemorySkillGroupNews, type SkillGroup } from '../skill-groups/index.js';
import { createMemorySpeech } from '../speech/memory-speech.js';
import { MemoryUsageCounter } from '../usage/index.js';
import type { AgentEvent } from './agent-events.js';
import type { Contact } from './contact.js';
import type { ContactAct } from './contact-control.js';
import { type Contacts, createContacts } from './create-contacts.js';
import { MemoryContactStore } from './memory-contact-store.js';

const accountId = `AC${'1'.repeat(32)}`;
const applicationId = `AP${'2'.repeat(32)}`;
const line = '+861012345678';
export const actionUrl = 'https://backend.example/after';

const tone = (frequency: number): ToneSound => ({
  kind: 'tone',
  frequencies: [frequency],
  levelDbm0: -10,
  cadenceMs: [100, 100],
});

/** What each of the world says, so that it can be told who hears whom. */
const voices = { customer: 500, first: 600, second: 700, third: 800, outside: 900 } as const;
type Voice = keyof typeof voices;

const groups: Readonly<Record<string, Partial<SkillGroup>>> = Object.assign(Object.create(null), {
  SG1: { name: 'Sales' },
  SG2: { name: 'Service' },
});

/** A small contact centre on the fake engine and a virtual clock: three agents with SIP phones, two groups, routing. */
export class ContactWorld {
  readonly clock = new ManualClock();
  readonly newId = idMaker(this.clock, seededRandom(5));
  readonly http = new ScriptedOutboundHttp();
  readonly engine = createFakeEngine({ clock: this.clock, random: seededRandom(1), save: async () => {} });
  readonly live = new MemoryLiveCentreStore();
  readonly store = new MemoryContactStore(this);
  readonly callStore = new MemoryCallStore(this);
  readonly callbacks: unknown[] = [];
  readonly told: [agentId: string, event: AgentEvent][] = [];
  /** Far ends that were rung, by whom they stand for, newest last. */
  readonly rung: { readonly of: string; readonly farEnd: FakeFarEnd }[] = [];
  readonly agents = new Map<string, Agent>();
  settings: CentreSettings = { ...defaultCentreSettings, accountId, afterCallWorkSeconds: 10 };
  readonly calls: Calls;
  readonly contacts: Contacts;
  readonly routing: RoutingNode;

  constructor() {
    const { clock, newId } = this;
    const logger = silentLogger;
    const routing = new MemoryCallRouting();
    const account = {
      id: accountId,
      status: 'active',
      concurrentCalls: 100,
      callsPerSecond: 100,
      minutesPerDay: 100_000,
      allowedDestinations: ['+'],
      allowedSipHosts: [],
      signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    } as const;
    routing.saveAccount(account);
    const script = { url: 'https://backend.example/voice' };
    routing.saveApplication(accountId, { id: applicationId, script, signingSecrets: account.signingSecrets });
    routing.saveNumber(line, { accountId, numberId: `PN${'0'.repeat(32)}`, applicationId });
    routing.saveTrunk({ id: `TK${'4'.repeat(32)}`, concurrentCalls: 100, callsPerSecond: 100 });
    const recorder = { start: () => Promise.reject(new TypeError('not here')), active: () => [] };
    const audio = {
      resolve: async (_account: string, source: object): Promise<AudioRef> => ({
        kind: 'audio',
        key: JSON.stringify(source),
        sampleRate: 8000,
        samples: new Int16Array(8000),
      }),
    };
    const speech = createMemorySpeech();
    const settings = defaultScriptSettings;
    const leases = new MemoryNodeLeases(clock);
    const lease = new MemoryRoutingLease(clock);
    for (const id of Object.keys(groups)) this.#addAgents(id, routing);
    this.calls = createCalls({
      nodeId: 'node-1',
      store: this.callStore,
      engine: this.engine,
      scripts: createScriptRunner({
        clock,
        logger,
        source: createHttpScriptSource({ http: this.http, clock, newId, settings }),
        audio,
        speech,
        recorder,
        settings,
      }),
      recorder,
      audio,
      routing,
      queueOf: (call) => this.contacts.queueOf(call),
      handOnCustomer: (...asked) => this.contacts.handOnCustomer(...asked),
      conferencesOf: () => ({
        join: () => {
          throw new TypeError('These tests have no conferences.');
        },
      }),
      timeline: new BatchedTimeline({ store: new MemoryTimelineStore(), clock, logger, writer: 'test' }),
      usage: new MemoryUsageCounter(),
      buildCdr,
      clock,
      newId,
      logger,
      leases,
      commands: new MemoryCommandChannel({ clock }),
      limits: { maxCalls: 1000, maxCallsPerSecond: 1000 },
    });
    const unused = async () => undefined;
    this.contacts = createContacts({
      nodeId: 'node-1',
      contacts: this.store,
      calls: this.calls.family,
      live: this.live,
      agents: {
        get: async (_account, id) => this.agents.get(id),
        byEmail: async (_account, email) => [...this.agents.values()].find((agent) => agent.email === email),
        byExtension: unused,
        byStaffNumber: async (_account, staffNumber) =>
          [...this.agents.values()].find((agent) => agent.staffNumber === staffNumber),
        byPhone: unused,
        byEndpoint: unused,
        ofGroup: async (_account, id) =>
          [...this.agents.values()].filter(({ skillGroups }) => skillGroups.some((group) => group.skillGroupId === id)),
      },
      skillGroups: {
        get: async (_account, id) => (groups[id] ? ({ id, ...groups[id] } as SkillGroup) : undefined),
        findOne: async (_account, where) => {
          const found = Object.entries(groups).find(([, { name }]) => name === (where as { name: string }).name);
          return found && ({ id: found[0], ...found[1] } as SkillGroup);
        },
      },
      settingsOf: async () => this.settings,
      recorder,
      audio,
      speech,
      http: this.http,
      agentEvents: { publish: (_account, agentId, event) => this.told.push([agentId, event]) },
      numberMapper: {
        userIdOf: async (_account, _mapping, number) => `id-of-${number.length}`,
        numberOf: async () => line,
      },
      mobileCallerId: async () => line,
      callerNumber: async (_account, [first]) => first,
      requestCallback: async (request) => `CB${this.callbacks.push(request)}`,
      locationOf: async () => ({ country: 'CN', province: 'Beijing', city: '', operator: '' }),
      clock,
      newId,
      logger,
    });
    this.routing = new RoutingNode({
      nodeId: 'router-1',
      store: this.live,
      lease,
      leases,
      skillGroupNews: new MemorySkillGroupNews(),
      skillGroupOf: async (_account, id) =>
        groups[id] &&
        ({
          id,
          strategy: 'longestIdle',
          lastServedFirst: false,
          queuePriority: 0,
          maxWaiting: 100,
          overflow: [],
          ...groups[id],
        } as unknown as SkillGroup),
      settingsOf: async () => this.settings,
      settingsKeptMs: 1000,
      clock,
      newId,
      logger,
    });
    this.http.on(actionUrl, JSON.stringify([{ verb: 'hangup' }]));
  }

  /** Starts all of it and brings agents online. */
  async start(...online: readonly string[]): Promise<this> {
    await this.engine.start();
    await this.calls.start();
    await this.routing.start();
    this.engine.network.events.on('dialled', (farEnd, { target }) => {
      const of = target.kind === 'endpoint' ? target.endpointId : farEnd.to;
      this.rung.push({ of, farEnd });
    });
    for (const agentId of online) await this.online(agentId);
    await this.advance(0);
    return this;
  }

  async online(agentId: string): Promise<void> {
    const agent = this.agents.get(agentId)!;
    await this.live.commit(accountId, [
      {
        put: nextAgent(
          newLiveAgent(
            accountId,
            agentId,
            { skillGroups: agent.skillGroups, reachableWithoutClient: true },
            this.clock.now(),
          ),
          { type: 'goOnline', statusOnline: 'free', by: 'agent' },
          this.clock.now(),
        ),
      },
    ]);
  }

  signal(agentId: string, signal: Parameters<typeof nextAgent>[1]): Promise<boolean> {
    return changeAgent(this.live, accountId, agentId, (agent) => agent && nextAgent(agent, signal, this.clock.now()));
  }

  async agent(agentId: string): Promise<LiveAgent | undefined> {
    return this.live.get(accountId, 'agent', agentId);
  }

  /** Moves time on; promises run after every timer. */
  async advance(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    for (let turn = 0; turn < 30; turn++) await this.clock.advanceAsync(0);
  }

  /** A customer calls and is queued by that verb. */
  async customer(verb: Readonly<Record<string, unknown>> = {}): Promise<FakeFarEnd> {
    const script = [{ verb: 'enqueue', skillGroup: 'Sales', action: actionUrl, ...verb }];
    this.http.on('https://backend.example/voice', JSON.stringify(script));
    const source = { kind: 'trunk', id: `TK${'4'.repeat(32)}` } as const;
    const farEnd = this.engine.network.call({ from: '+8613800138000', to: line, source });
    await this.advance(100);
    this.speak(farEnd, 'customer');
    return farEnd;
  }

  /** The phone of an agent (or a number) that was rung last, and rings no more than once. */
  phone(of: string): FakeFarEnd {
    const found = this.rung.findLast((each) => each.of === of || each.of === `SE-${of}`);
    if (!found) throw new Error(`${of} was not rung, but ${this.rung.map((each) => each.of).join(', ') || 'nobody'}`);
    return found.farEnd;
  }

  rings(of: string): boolean {
    return this.rung.some((each) => (each.of === of || each.of === `SE-${of}`) && each.farEnd.status === 'called');
  }

  async answer(of: string, voice: Voice): Promise<FakeFarEnd> {
    const farEnd = this.phone(of);
    farEnd.answer();
    await this.advance(100);
    this.speak(farEnd, voice);
    await this.advance(100);
    return farEnd;
  }

  speak(farEnd: FakeFarEnd, voice: Voice): void {
    farEnd.say(tone(voices[voice]));
  }

  /** Whose voices a far end hears now; music and prompts by their key. */
  hears(farEnd: FakeFarEnd): string[] {
    const names = farEnd.hearsNow.map(({ sound }) => {
      if (sound.kind === 'audio') return sound.key;
      const voice = Object.entries(voices).find(([, frequency]) => frequency === sound.frequencies[0]);
      return voice?.[0] ?? `music ${sound.frequencies.join('+')}`;
    });
    return [...new Set(names)].sort();
  }

  /** The newest contact. */
  async contact(): Promise<Contact> {
    const [contact] = await this.store.list(accountId, {}, { limit: 1 });
    if (!contact) throw new Error('there is no contact');
    return contact;
  }

  async act(act: ContactAct): Promise<Contact> {
    const { id } = await this.contact();
    const done = this.contacts.control.act({ accountId, contactId: id, act });
    done.catch(() => undefined);
    await this.advance(100);
    return done;
  }

  /** Result that the customer's script was told. */
  get result(): Record<string, unknown> | undefined {
    const asked = this.http.requests.findLast(({ url }) => url === actionUrl);
    return asked && JSON.parse(String(asked.body)).result;
  }

  /** Types of what an agent was told, in order. */
  toldTo(agentId: string): string[] {
    return this.told.filter(([to]) => to === agentId).map(([, { type }]) => type);
  }

  #addAgents(skillGroupId: string, routing: MemoryCallRouting): void {
    const members = skillGroupId === 'SG1' ? ['AG1', 'AG2'] : ['AG3'];
    for (const id of members) {
      const endpointId = `SE-${id}`;
      const agent = {
        id,
        staffNumber: `100${id.at(-1)}`,
        email: `${id.toLowerCase()}@example.com`,
        endpointId,
        mobileAnswer: 'off',
        skillGroups: [{ skillGroupId, priority: 3 }],
      };
      this.agents.set(id, agent as unknown as Agent);
      routing.saveEndpoint(endpointId, { accountId });
      this.engine.network.register(endpointId, ledByHand);
    }
    this.engine.network.phone('+442071838750', ledByHand);
  }
}
