import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { ringbackTone } from '@hookswitch/media/port/sound';
import type { CallOutside, CallQueue, JoinQueue, QueuedCall, QueueEnd } from '../../scripting/script-context.js';
import type { PlanByNode } from './plan-by-node.js';
import type { SimulatedContact } from './simulated-contact.js';
import type { SimulatedEngine } from './simulated-engine.js';
import { type SimulatedLine, type SimulatedWait, usualLine, usualWait } from './simulation.js';

/** What the queues of a simulation need of it. */
export interface SimulatedWorld {
  readonly clock: Clock;
  readonly engine: SimulatedEngine;
  readonly contact: SimulatedContact;
  readonly queues: PlanByNode<SimulatedWait>;
  readonly lines: PlanByNode<SimulatedLine>;
  /** The node the call is at. */
  node(): string;
  /** The caller's leg. */
  leg(): LiveCall;
  callerHangsUp(): void;
}

/** Queues in which everything goes as planned for the node. */
export class SimulatedQueue implements CallQueue {
  readonly goesOn = false;
  readonly #world: SimulatedWorld;
  #calls = 0;
  /** The plan that `hasSeat` looked at: the stay that follows is of the same one. */
  #asked: Omit<SimulatedWait, 'node'> | undefined;

  constructor(world: SimulatedWorld) {
    this.#world = world;
  }

  async contact(): Promise<SimulatedContact> {
    return this.#world.contact;
  }

  async hasSeat(): Promise<boolean> {
    this.#asked = this.#nextPlan();
    if (this.#asked.result !== 'noSeatOnline') return true;
    this.#world.contact.endsAs('noSeatOnline');
    this.#asked = undefined;
    return false;
  }

  async join(request: JoinQueue): Promise<QueuedCall> {
    const plan = this.#asked ?? this.#nextPlan();
    this.#asked = undefined;
    const wait = new SimulatedStay(this.#world);
    const { queuedAt } = wait;
    if (plan.result === 'noSeatOnline' || plan.result === 'queueFull') {
      this.#world.contact.endsAs('noSeatOnline');
      wait.over(plan.result);
    } else {
      this.#world.contact.queued('waiting');
      if (plan.result === 'answered') void this.#answer(wait, plan, request);
    }
    return {
      contactId: this.#world.contact.id,
      standing: async () => {
        const position = this.#world.clock.now() - queuedAt < plan.afterSeconds * 1000 ? plan.ahead + 1 : 1;
        return { position, size: position, expectedWaitSeconds: plan.afterSeconds };
      },
      waitingSound: async () => ringbackTone,
      waiting: wait.waiting,
      leave: (result) => wait.over(result),
      abandon: () => wait.over('left'),
      over: wait.whenOver,
    };
  }

  async callOut({ number, ringSeconds }: CallOutside): Promise<Pick<QueuedCall, 'waiting' | 'abandon' | 'over'>> {
    const { clock, lines, contact } = this.#world;
    const plan = lines.next(this.#world.node()) ?? usualLine;
    const wait = new SimulatedStay(this.#world);
    const answersMs = plan.afterSeconds * 1000;
    const isAnswered = plan.result === 'answered' && answersMs <= ringSeconds * 1000;
    const refusal = plan.result === 'answered' ? 'noAnswer' : plan.result;
    contact.rings(true);
    clock.after(Math.min(answersMs, ringSeconds * 1000), () => {
      if (wait.waiting.aborted) return;
      contact.rings(false);
      if (isAnswered) void this.#talk(wait, number, plan, 'forwarded');
      else wait.over(refusal);
    });
    return { waiting: wait.waiting, abandon: () => wait.over('left'), over: wait.whenOver };
  }

  #nextPlan(): Omit<SimulatedWait, 'node'> {
    return this.#world.queues.next(this.#world.node()) ?? usualWait;
  }

  async #answer(wait: SimulatedStay, plan: Omit<SimulatedWait, 'node'>, request: JoinQueue): Promise<void> {
    await pause(this.#world.clock, plan.afterSeconds * 1000, wait.waiting);
    if (wait.waiting.aborted) return;
    await this.#talk(wait, `agent-${plan.staffNumber}`, plan, 'talked', async (leg) => {
      await request.welcome({ leg, staffNumber: plan.staffNumber }, wait.talking);
    });
  }

  async #talk(
    wait: SimulatedStay,
    user: string,
    { talkSeconds, endedBy }: Pick<SimulatedWait | SimulatedLine, 'talkSeconds' | 'endedBy'>,
    became: 'talked' | 'forwarded',
    welcome: (leg: LiveCall) => Promise<void> = async () => {},
  ): Promise<void> {
    const { clock, engine, contact, leg, callerHangsUp } = this.#world;
    const other = await this.#dial(user);
    if (leg().status === 'ended') return;
    wait.answered();
    contact.queued(became);
    await welcome(other);
    if (wait.talking.aborted) return;
    const connection = engine.connect(leg(), other);
    await pause(clock, talkSeconds * 1000, wait.talking);
    connection.disconnect();
    if (endedBy === 'caller') callerHangsUp();
    other.hangUp();
    wait.over('connected');
  }

  /** A phone that answers at once. */
  async #dial(user: string): Promise<LiveCall> {
    const { engine, leg } = this.#world;
    engine.network.phone(user, { answerAfterMs: 0 });
    const dialled = engine.dial({
      callId: `simulation-${++this.#calls}`,
      target: { kind: 'sip', uri: `sip:${user}@simulation.invalid` },
      from: leg().facts.from,
      ringTimeoutMs: 1000,
    });
    await new Promise<void>((resolve) => {
      dialled.events.once('answered', resolve);
      dialled.events.once('ended', () => resolve());
    });
    return dialled;
  }
}

/** One stay in a queue or on the way to a line, and the talk that follows. */
class SimulatedStay {
  readonly queuedAt: number;
  readonly whenOver: Promise<QueueEnd>;
  readonly #clock: Clock;
  readonly #waiting = new AbortController();
  readonly #talking = new AbortController();
  #answeredAt: number | undefined;
  #resolve!: (end: QueueEnd) => void;

  constructor({ clock, leg }: SimulatedWorld) {
    this.#clock = clock;
    this.queuedAt = clock.now();
    this.whenOver = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    leg().events.once('ended', () => this.over(this.#answeredAt === undefined ? 'left' : 'connected'));
  }

  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  get talking(): AbortSignal {
    return this.#talking.signal;
  }

  answered(): void {
    this.#answeredAt = this.#clock.now();
    this.#waiting.abort();
  }

  over(queueResult: QueueEnd['queueResult']): void {
    const now = this.#clock.now();
    const answeredAt = this.#answeredAt ?? now;
    this.#waiting.abort();
    this.#talking.abort();
    this.#resolve({
      queueResult,
      waitSeconds: Math.round((answeredAt - this.queuedAt) / 1000),
      talkSeconds: Math.round((now - answeredAt) / 1000),
    });
  }
}
