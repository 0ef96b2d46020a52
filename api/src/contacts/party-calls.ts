import { BaseError } from '@hookswitch/kernel/base-error';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { ringbackTone } from '@hookswitch/media/port/sound';
import type { Termination } from '@hookswitch/media/port/termination';
import { type AgentRinging, chooseEndpoints, ringAgent } from '../agent-legs/index.js';
import type { EndCode } from '../call-records/call-in-contact.js';
import { defaultRingPlan } from '../contact-centre/index.js';
import { masked, type ProtectionMode } from '../number-protection/index.js';
import { type ChildCall, type ChildDial, ringTargets } from '../scripting/index.js';
import type { ContactDeps } from './contact-deps.js';
import type { ContactSession } from './contact-session.js';
import { endCodeOfFailedDial, endCodeOfUnansweredSeat, endedByOf } from './end-code-of-dial.js';
import { inContact } from './in-contact.js';
import type { LiveQueue } from './live-queue.js';
import { customerDialled, customerNotReached, customerRings } from './state/calling-out.js';
import { answered, notCome } from './state/searching.js';
import type { AnsweredBy, RingFailure, SearchTarget } from './state/visit.js';

/** A phone rings so long at most where nothing ends it before, seconds. */
const mostRingSeconds = 600;
const externalRingSeconds = 60;
const customerRingSeconds = 60;

/** The calls of a contact's parties: rings agents, dials numbers, hangs up. */
export class PartyCalls {
  /** By their party's sequence. */
  readonly legs = new Map<number, LiveCall>();
  readonly callIds = new Map<number, string>();
  /** Every call of a party, answered or not. */
  readonly #calls = new Map<number, Set<string>>();
  /** By call: says that what is kept of the visit for a later process is another than before. */
  readonly #keeps = new Map<string, () => void>();
  /** The call with which it was kept last. */
  #keptWith: string | undefined;
  readonly #ringing = new Map<number, Pick<AgentRinging, 'acceptNow' | 'stop'>>();
  readonly #session: ContactSession;
  readonly #queue: LiveQueue;
  readonly #deps: ContactDeps;

  constructor(session: ContactSession, queue: LiveQueue, deps: ContactDeps) {
    this.#session = session;
    this.#queue = queue;
    this.#deps = deps;
  }

  /** Takes a leg for that party: its end is the party's. */
  follow(sequence: number, leg: LiveCall): void {
    this.legs.set(sequence, leg);
    this.callIds.set(sequence, leg.id);
    this.#note(sequence, leg.id);
    const session = this.#session;
    const changed = this.#deps.calls.keep(leg.id, () => (this.#carrier === leg.id ? session.kept : undefined));
    if (changed) this.#keeps.set(leg.id, changed);
    leg.events.once('ended', (termination) => session.ended(sequence, termination));
    if (leg.termination) session.ended(sequence, leg.termination);
  }

  /** The visit may be another than before: where calls outlive their process, it is kept with one of them. */
  keepVisit(): void {
    if (this.#keeps.size === 0) return;
    const callIds = new Set([this.#keptWith, this.#carrier]);
    this.#keptWith = this.#carrier;
    for (const callId of callIds) if (callId !== undefined) this.#keeps.get(callId)?.();
  }

  /** The call with which the visit is kept: that of the first party who has one, while the contact lives. */
  get #carrier(): string | undefined {
    const first = this.#session.visit.parties.find(({ sequence }) => this.legs.has(sequence));
    return first && this.callIds.get(first.sequence);
  }

  async ring(sequence: number, agentId: string, ringsUntil: number | undefined): Promise<void> {
    try {
      const request = await this.#ringRequest(sequence, agentId);
      if (this.#stateOf(sequence) !== 'ringing') return;
      if (!request) return this.#session.act(notCome(sequence, 'unreachable'));
      const ringing = ringAgent(request);
      this.#ringing.set(sequence, ringing);
      if (ringsUntil !== undefined) {
        this.#session.timers.after(ringsUntil - this.#session.now(), () => {
          this.#session.act(notCome(sequence, 'missed'));
        });
      }
      const outcome = await ringing.outcome;
      if (outcome.kind === 'unanswered') return this.#session.act(notCome(sequence, outcome.why));
      const { type, phone, child } = outcome;
      this.#answered(sequence, child, { type, callId: child.callId, ...(phone === undefined ? {} : { phone }) });
    } catch (error) {
      this.#broke(sequence, error);
    } finally {
      this.#ringing.delete(sequence);
    }
  }

  async dial(
    sequence: number,
    { number, callerId, ringSeconds }: Extract<SearchTarget, { kind: 'number' }>,
  ): Promise<void> {
    const stopped = new AbortController();
    this.#ringing.set(sequence, { acceptNow: () => false, stop: () => stopped.abort() });
    const { contact } = this.#session.visit;
    const request = {
      target: { kind: 'number', number } as const,
      callerId: callerId ?? contact.line,
      ringTimeoutSeconds: ringSeconds ?? externalRingSeconds,
    };
    try {
      const rung = await ringTargets(
        [request],
        {
          dial: () => this.#dial(sequence, request, endCodeOfFailedDial),
          ringing: () => {},
          earlyMedia: () => {},
        },
        stopped.signal,
      );
      if (rung.kind === 'answered') {
        const type = this.#session.visit.contact.participants.find((each) => each.sequence === sequence)?.type;
        this.#answered(sequence, rung.child, { type: type ?? 'outboundSeat', callId: rung.child.callId });
      } else {
        this.#session.act(notCome(sequence, failureOf(rung.ends[0]?.status, rung.ends[0]?.sip)));
      }
    } catch (error) {
      this.#broke(sequence, error);
    } finally {
      this.#ringing.delete(sequence);
    }
  }

  /** Calls the customer for the agent who is there, and who hears ringing or what the far end sends until the answer. */
  async callCustomer(sequence: number, number: string, callerId: string): Promise<void> {
    const stopped = new AbortController();
    const ringback = new AbortController();
    const request = { target: { kind: 'number', number }, callerId, ringTimeoutSeconds: customerRingSeconds } as const;
    let child: ChildCall | undefined;
    this.#ringing.set(sequence, { acceptNow: () => false, stop: () => stopped.abort() });
    try {
      const rung = await ringTargets(
        [request],
        {
          dial: async () => {
            child = await this.#dial(sequence, request, endCodeOfFailedDial);
            this.#session.act(customerDialled(child.callId));
            return child;
          },
          ringing: () => {
            this.#ringback(ringback.signal);
            this.#session.act(customerRings(false));
          },
          earlyMedia: ({ leg }) => {
            ringback.abort();
            this.legs.set(sequence, leg);
            this.#session.act(customerRings(true));
          },
        },
        stopped.signal,
      );
      ringback.abort();
      if (rung.kind === 'answered') {
        return this.#answered(sequence, rung.child, { type: 'customer', callId: rung.child.callId });
      }
      const failure = child?.leg.termination ?? rung.ends[0]?.errorCode;
      this.#session.act(customerNotReached(endCodeOfFailedDial(failure), endedByOf(failure)));
    } catch (error) {
      this.#deps.logger.error({ err: error, contactId: this.#session.id }, 'A customer could not be called.');
      this.#session.act(customerNotReached('error', 'system'));
    } finally {
      ringback.abort();
      this.#ringing.delete(sequence);
    }
  }

  /** Stops its ringing, or hangs up on it. */
  hangUp(sequence: number, elsewhere: boolean): void {
    this.#ringing.get(sequence)?.stop(elsewhere);
    this.legs.get(sequence)?.hangUp(elsewhere ? { reason: 'answered-elsewhere' } : {});
    this.legs.delete(sequence);
  }

  /** The stay of that participant ended so: its calls' CDRs say it. */
  concluded(sequence: number, endCode: EndCode): void {
    for (const callId of this.#calls.get(sequence) ?? []) this.#conclude(callId, endCode);
  }

  /** The agent takes the call in a program. Whether a phone could be made to answer. */
  acceptNow(sequence: number): boolean {
    return this.#ringing.get(sequence)?.acceptNow() ?? false;
  }

  /** Dials for that party. @param endCodeOf how its stay ended, by how the call did, where it was not answered and nothing else is known */
  async #dial(
    sequence: number,
    request: ChildDial,
    endCodeOf: (termination: Termination) => EndCode,
  ): Promise<ChildCall> {
    const child = await this.#deps.calls.dial(this.#session.family, request);
    this.#note(sequence, child.callId);
    const ended = (termination: Termination) => {
      if (termination.result !== 'completed') this.#conclude(child.callId, endCodeOf(termination));
    };
    child.leg.events.once('ended', ended);
    if (child.leg.termination) ended(child.leg.termination);
    return child;
  }

  #note(sequence: number, callId: string): void {
    this.#calls.set(sequence, (this.#calls.get(sequence) ?? new Set()).add(callId));
  }

  #conclude(callId: string, endCode: EndCode): void {
    this.#deps.calls.conclude(callId, inContact(this.#session.visit.contact.direction, endCode));
  }

  #answered(sequence: number, child: ChildCall, by: AnsweredBy): void {
    this.follow(sequence, child.leg);
    this.#session.act(answered(sequence, by));
  }

  async #ringRequest(sequence: number, agentId: string) {
    const { agents, settingsOf, mobileCallerId } = this.#deps;
    const { family, visit } = this.#session;
    const { accountId } = family;
    const [agent, settings] = await Promise.all([agents.get(accountId, agentId), settingsOf(accountId)]);
    if (!agent) return undefined;
    const clientConnected = (this.#queue.agent(agentId)?.clients.length ?? 0) > 0;
    const { placed } = visit;
    const calling = placed?.by === sequence;
    const { order, secondsEach } = agent.ringing ?? settings.ringing ?? defaultRingPlan;
    const rounds = calling ? [[placed.endpoint]] : chooseEndpoints(agent, clientConnected, order);
    if (rounds.length === 0) return undefined;
    const { customer, line, direction, protectedCustomer } = visit.contact;
    const mode = direction === 'internal' ? 'off' : settings.numberProtection[direction];
    const other = calling && direction === 'internal' ? line : customer;
    const supervisor = visit.parties.find((party) => party.sequence === sequence)?.role === 'supervisor';
    return {
      rounds,
      dial: (request: ChildDial) => this.#dial(sequence, request, endCodeOfUnansweredSeat),
      callerId: {
        phone: nameOnPhone(other, mode, protectedCustomer),
        mobile: placed?.mobileCallerId ?? (await mobileCallerId(accountId)) ?? line,
      },
      secondsEach,
      ringTimeoutSeconds: mostRingSeconds,
      automatic: calling ? placed.automatic : settings.automaticAnswer || supervisor,
      headers: { 'X-Contact-Id': this.#session.id },
    };
  }

  #ringback(signal: AbortSignal): void {
    const { placed } = this.#session.visit;
    const leg = placed && this.legs.get(placed.by);
    if (!signal.aborted) void leg?.play(ringbackTone, { loops: 0, signal });
  }

  #stateOf(sequence: number): string | undefined {
    return this.#session.visit.parties.find((party) => party.sequence === sequence)?.state;
  }

  #broke(sequence: number, error: unknown): void {
    const known = error instanceof BaseError && error.kind !== 'bug';
    if (!known) this.#deps.logger.error({ err: error, contactId: this.#session.id }, 'A party could not be called.');
    this.#session.act(notCome(sequence, 'unreachable'));
  }
}

/** What an agent's SIP phone shows of the customer: where numbers are mapped the id alone, if it can stand in a SIP address. */
function nameOnPhone(number: string, mode: ProtectionMode, protectedId: string | undefined): string {
  if (mode === 'off') return number;
  if (mode === 'mask') return masked(number).replace('+', '');
  return protectedId !== undefined && /^[\w.-]{1,64}$/.test(protectedId) ? protectedId : 'protected';
}

function failureOf(status: string | undefined, sip: number | undefined): RingFailure {
  if (status === 'busy') return sip === 603 ? 'declined' : 'busy';
  return status === 'no-answer' ? 'missed' : status === 'canceled' ? 'withdrawn' : 'unreachable';
}
