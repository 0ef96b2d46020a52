import { type Clock, steadyClock } from '@hookswitch/kernel/clock';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Sound } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import { TimerSet } from '@hookswitch/media/port/timer-set';
import type { CallFamily } from '../calls/index.js';
import type { CentreSettings } from '../contact-centre/index.js';
import { letAgentGo } from './after-talk.js';
import { AgentSearch } from './agent-search.js';
import { AgentTeller } from './agent-teller.js';
import { ConferenceSeats, type HoldSounds } from './conference-seats.js';
import type { Contact } from './contact.js';
import type { ContactDeps } from './contact-deps.js';
import { ContactRecord } from './contact-record.js';
import { contactEvent } from './contact-view.js';
import { CustomerScript } from './customer-script.js';
import { endCodeOfLeg, whoEnded } from './end-code-of-dial.js';
import { builtInSounds, holdSoundsOf } from './hold-sounds.js';
import { insist, keepInsisting } from './insist.js';
import type { LiveQueue } from './live-queue.js';
import { PartyCalls } from './party-calls.js';
import { seating } from './state/hearing.js';
import { endContact, partyLeft } from './state/leaving.js';
import { welcomed } from './state/searching.js';
import { type FormerStay, goesOn, type KeptVisit } from './state/taken-up.js';
import { backFromScript } from './state/talking.js';
import type { Effect, Search, Tidings, Visit } from './state/visit.js';
import { type Act, changedFields, step } from './state/visit-draft.js';

/** A contact that an earlier process of this node began. */
export interface FormerContact {
  readonly stored: Contact;
  /** What the customer's script did, and has not come to again. */
  readonly stay: FormerStay | undefined;
}

/**
 * A contact on the node that owns its calls, from the first wait to the record's last write. What happens is an act (`state/`), decided on the visit as it is then;
 * what is to be done because of it is done here, and what comes of that is the next act.
 */
export class ContactSession {
  readonly family: CallFamily;
  readonly timers: TimerSet;
  readonly parties: PartyCalls;
  /** Resolves when the contact is over and its record final. */
  readonly over: Promise<void>;
  readonly script: CustomerScript;
  /** Ends the script that an agent sent the customer to. */
  interlude: AbortController | undefined;
  readonly #deps: ContactDeps;
  readonly #clock: Clock;
  readonly #queue: LiveQueue;
  readonly #record: ContactRecord;
  readonly #seats: ConferenceSeats;
  readonly #teller: AgentTeller;
  readonly #over: () => void;
  readonly #acts: Act[] = [];
  readonly #looking = new Set<() => void>();
  readonly #search: AgentSearch;
  #acting = false;
  #visit: Visit;
  #sounds: HoldSounds = builtInSounds;
  #settings: CentreSettings | undefined;
  #unwatch: () => void = () => {};
  #prepared: Promise<void> | undefined;
  #started: Promise<void> | undefined;

  constructor(visit: Visit, family: CallFamily, queue: LiveQueue, deps: ContactDeps, former?: FormerContact) {
    this.#visit = visit;
    this.family = family;
    this.#queue = queue;
    this.#deps = deps;
    this.#clock = steadyClock(deps.clock);
    this.timers = new TimerSet(deps.clock);
    this.#record = new ContactRecord(visit.contact, former?.stored, {
      store: deps.contacts,
      clock: deps.clock,
      logger: deps.logger,
    });
    if (former) this.#record.write(changedFields(former.stored, visit.contact) ?? {}, []);
    else this.#record.write({}, [contactEvent('contact.started', visit.contact)]);
    this.script = new CustomerScript(former?.stay, () => this.parties.keepVisit());
    this.parties = new PartyCalls(this, queue, deps);
    this.#search = new AgentSearch(this, queue, deps, {
      seeTo: (what, work) => this.#seeTo(what, work),
      insist: (what, work) => this.#insist(what, work),
      trouble: (what, error) => this.#trouble(what, error),
    });
    this.#teller = new AgentTeller(
      {
        contact: () => this.#visit.contact,
        learned: (about) => this.act((draft) => draft.record(about)),
        failed: (error) => this.#trouble('mapping a number', error),
      },
      deps,
    );
    this.#seats = new ConferenceSeats(
      () => deps.calls.conference(),
      () => this.#sounds,
    );
    let over = () => {};
    this.over = new Promise((resolve) => {
      over = resolve;
    });
    this.#over = over;
  }

  get id(): string {
    return this.#visit.contact.id;
  }
  /** The time by the contact's own clock, which nobody sets: what lies between two of its times is what passed. */
  now(): number {
    return this.#clock.now();
  }
  get visit(): Visit {
    return this.#visit;
  }
  get sounds(): HoldSounds {
    return this.#sounds;
  }
  /** The centre's settings as they were when agents were first looked for. */
  get settings(): CentreSettings | undefined {
    return this.#settings;
  }
  get live(): boolean {
    return this.#visit.contact.status !== 'finished';
  }

  /** Follows the queue, once; where that failed, calling it again tries again. */
  async start(): Promise<void> {
    this.#started ??= this.#start();
    try {
      await this.#started;
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  async #start(): Promise<void> {
    await this.#prepare();
    this.#sounds = await holdSoundsOf(this.#settings!, this.#deps.audio, (error) => this.#trouble('hold audio', error));
    const unwatch = await this.#queue.watch({
      contactId: this.id,
      queueChanged: (entries, offers, complete) => this.#search.queueChanged(entries, offers, complete),
    });
    if (this.live) this.#unwatch = unwatch;
    else unwatch();
  }

  /** Finds out how agents are to see the customer. Once, where that works. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#deps.settingsOf(this.family.accountId).then(
      (settings) => {
        this.#settings = settings;
        this.#teller.prepare(settings);
      },
      (error: unknown) => {
        this.#prepared = undefined;
        throw error;
      },
    );
    return this.#prepared;
  }

  /** The customer's leg: it leaves when it ends. */
  follow(sequence: number, leg: LiveCall): void {
    this.parties.follow(sequence, leg);
  }

  /** Goes on with the talk of an earlier process of this node. The legs of those who are there are followed already, and they hear each other. */
  async goOn(kept: KeptVisit): Promise<void> {
    const isThere = (sequence: number) => this.parties.legs.has(sequence);
    await this.#insist('go on with a talk', () => this.start());
    this.satBefore(kept);
    this.act(goesOn(kept, isThere));
    this.#search.agentsStay();
  }

  /** The legs hear on what the process before let them hear: only who was seated by us is taken off hold by us. */
  satBefore({ parties }: KeptVisit): void {
    for (const visit of [{ ...this.#visit, parties }, this.#visit]) {
      this.#seats.arrange(seating(visit), this.parties.legs);
    }
  }

  /** What a later process of this node needs to go on with it. */
  get kept(): KeptVisit {
    const { contact, ...visit } = this.#visit;
    const talk = this.script.side?.talk();
    const { ended } = this.script;
    return {
      ...visit,
      contactId: contact.id,
      ahead: this.#record.kept,
      ...(talk && { talk }),
      ...(ended && { ended }),
    };
  }

  /** Resolves with what `look` finds in the visit, now or after an act. */
  until<Found>(look: (visit: Visit) => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const again = () => {
        const found = look(this.#visit);
        if (found === undefined) return;
        this.#looking.delete(again);
        resolve(found);
      };
      this.#looking.add(again);
      again();
    });
  }

  /** Something happens. Acts that come of one another are done one after another. */
  act(act: Act): void {
    this.#acts.push(act);
    if (this.#acting) return;
    this.#acting = true;
    try {
      for (let next = this.#acts.shift(); next; next = this.#acts.shift()) this.#take(next);
    } finally {
      this.#acting = false;
    }
  }

  /** Plays to everybody in the talk. */
  play(sound: Sound, loops: number): void {
    this.#seats.play(sound, loops);
  }

  /** Has what only its flow knew written too. */
  writeKept(): void {
    this.#record.writeKept();
  }

  /** Resolves when all that happened so far is stored. */
  settled(): Promise<void> {
    return this.#record.settled();
  }

  #take(act: Act): void {
    const before = this.#visit;
    const { visit, effects } = step(before, this.now(), act);
    this.#visit = visit;
    const events = effects.flatMap((effect) =>
      effect.kind === 'emit' ? [contactEvent(effect.type, visit.contact, effect.detail)] : [],
    );
    const set = changedFields(before.contact, visit.contact);
    // What a flow alone learns is carried by the next write that says something.
    const quiet = events.length === 0 && before.contact.status === 'ivr' && visit.contact.status === 'ivr';
    if (quiet) this.#record.keep(set);
    else if (set || events.length > 0) this.#record.write(set, events);
    for (const { sequence, endCode } of endedStays(before, visit)) this.parties.concluded(sequence, endCode!);
    this.#seats.arrange(seating(visit), this.parties.legs);
    this.parties.keepVisit();
    for (const effect of effects) this.#carryOut(effect);
    for (const again of this.#looking) again();
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'enqueue':
        void this.#search.enqueue(effect.search);
        break;
      case 'dequeue':
        void this.#seeTo('leave the queue', () => this.#queue.remove(effect.searchId));
        break;
      case 'ring':
        void this.parties.ring(effect.sequence, effect.agentId, effect.ringsUntil);
        break;
      case 'dial':
        void this.parties.dial(effect.sequence, effect.target);
        break;
      case 'engage':
        void this.#search.engage(effect.sequence, effect.agentId);
        break;
      case 'callCustomer':
        void this.parties.callCustomer(effect.sequence, effect.number, effect.callerId);
        break;
      case 'hangUp':
        this.parties.hangUp(effect.sequence, effect.elsewhere);
        break;
      case 'claim':
        void this.#search.claim(effect.sequence, effect.offerId, effect.searchId);
        break;
      case 'giveUp':
        void this.#seeTo('end an offer', () => this.#queue.giveUp(effect.offerId, effect.why));
        break;
      case 'welcome':
        void this.#welcome(effect.sequence, effect.purpose);
        break;
      case 'release':
        this.#release(effect.agentId, effect.sequence);
        break;
      case 'tell':
        this.#teller.tell(effect.agentId, effect.tidings);
        break;
      case 'tellGroup':
        void this.#tellGroup(effect.skillGroupId, effect.tidings);
        break;
      case 'scriptGoesOn':
        this.script.goesOn(effect.result, effect.servedBy);
        break;
      case 'survey':
        void this.#survey(effect.flowId);
        break;
      case 'endScript':
        this.interlude?.abort('taken back');
        break;
      case 'finished':
        void this.#finish();
        break;
      case 'emit':
        break;
      default:
        effect satisfies never;
    }
  }

  async #welcome(sequence: number, purpose: Search['purpose']): Promise<void> {
    const party = this.#visit.parties.find((each) => each.sequence === sequence);
    const leg = this.parties.legs.get(sequence);
    // Only who comes from the queue is announced; everybody else is heard at once.
    if (purpose !== 'serve' || !leg || !this.script.side) return this.act(welcomed(sequence));
    const customer = this.parties.legs.get(0);
    const control = new AbortController();
    const stop = [leg, customer].map((each) => each?.events.once('ended', () => control.abort()));
    try {
      const agent = party?.agentId && (await this.#deps.agents.get(this.family.accountId, party.agentId));
      await this.script.side?.taken({ leg, staffNumber: agent ? agent.staffNumber : '' }, control.signal);
    } catch (error) {
      if (!control.signal.aborted) this.#trouble('prompts before a talk', error);
    } finally {
      for (const undo of stop) undo?.();
    }
    this.act(welcomed(sequence));
  }

  /** Asks the customer for a rating; whatever comes of it, the contact is over then. */
  async #survey(flowId: string): Promise<void> {
    const callId = this.parties.callIds.get(0) ?? '';
    const interlude = new AbortController();
    this.interlude = interlude;
    try {
      await this.#deps.calls.runScript(callId, { flow: { flowId } }, interlude.signal);
    } catch (error) {
      this.#trouble('survey', error);
    }
    this.act(endContact('system'));
  }

  async #tellGroup(skillGroupId: string, tidings: Tidings): Promise<void> {
    try {
      await this.#prepare();
      const members = await this.#deps.agents.ofGroup(this.family.accountId, skillGroupId);
      for (const { id } of members) this.#teller.tell(id, tidings);
    } catch (error) {
      this.#trouble('telling a group', error);
    }
  }

  #release(agentId: string, sequence: number): void {
    const talked = this.#visit.contact.acceptedAt !== undefined;
    void this.#deps.calls.during(() =>
      letAgentGo({ contactId: this.id, agentId, sequence, talked }, this.#queue, this.#deps, {
        completed: () => this.#teller.publish(agentId, () => ({ type: 'sessionCompleted', sessionId: this.id })),
        settled: () => this.settled(),
      }),
    );
  }

  async #finish(): Promise<void> {
    this.timers.cancelAll();
    this.interlude?.abort('over');
    this.script.goesOn('left', undefined);
    this.#unwatch();
    this.#seats.end();
    await this.settled();
    this.#over();
  }

  /** For what leaves an agent or a caller stuck where it is not done. */
  async #seeTo(what: string, work: () => Promise<unknown>): Promise<void> {
    if (await this.#insist(what, work)) return;
    await keepInsisting(this.#deps.clock, work, (error) => this.#trouble(what, error));
  }

  #insist(what: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.#deps.calls.during(() => insist(this.#deps.clock, work, (error) => this.#trouble(what, error)));
  }

  #trouble(what: string, error: unknown): void {
    this.#deps.logger.warn(
      { err: error, contactId: this.id, accountId: this.family.accountId },
      `Trouble with: ${what}`,
    );
  }

  /** A party's call ended. */
  ended(sequence: number, termination: Termination): void {
    const scripted = this.#visit.parties.some((party) => party.sequence === sequence && party.state === 'scripted');
    this.act(partyLeft(sequence, endCodeOfLeg(termination), scripted ? whoEnded(termination) : undefined));
  }

  /** The script that the customer was sent to is over. */
  scriptEnded(): void {
    this.act(backFromScript(undefined));
  }
}

/** The participants whose stay an act ended. */
function endedStays({ contact: before }: Visit, { contact: after }: Visit): Visit['contact']['participants'] {
  if (before.participants === after.participants) return [];
  const open = new Set(
    before.participants.filter(({ endCode }) => endCode === undefined).map(({ sequence }) => sequence),
  );
  return after.participants.filter(({ sequence, endCode }) => endCode !== undefined && open.has(sequence));
}
