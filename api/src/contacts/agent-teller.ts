import { pause } from '@hookswitch/kernel/clock';
import type { CentreSettings } from '../contact-centre/index.js';
import { type AgentEvent, agentEvent } from './agent-events.js';
import type { ContactDeps } from './contact-deps.js';
import { protectionOf } from './show-contact.js';
import type { Tidings, VisitRecord } from './state/visit.js';

/** What agents are told waits for the customer's location no longer, milliseconds. */
const locationPatienceMs = 2_000;

interface TellerHooks {
  readonly contact: () => VisitRecord;
  /** Something more is known of the customer. */
  readonly learned: (about: Pick<VisitRecord, 'protectedCustomer' | 'location'>) => void;
  readonly failed: (error: unknown) => void;
}

/** Tells agents what happens in one contact: in order, and once it is known how the customer may be shown, while the phone rings already. */
export class AgentTeller {
  readonly #hooks: TellerHooks;
  readonly #deps: ContactDeps;
  #protection: CentreSettings['numberProtection']['inbound'] = 'mask';
  #told = Promise.resolve();

  constructor(hooks: TellerHooks, deps: ContactDeps) {
    this.#hooks = hooks;
    this.#deps = deps;
  }

  /** Finds out what agents may see of the customer, and where it is from. What is told waits for it. */
  prepare(settings: CentreSettings): void {
    this.#protection = protectionOf(this.#hooks.contact(), settings);
    this.#told = Promise.all([this.#identify(settings.numberProtection), this.#locate()]).then(() => undefined);
  }

  tell(agentId: string, tidings: Tidings): void {
    const { contact } = this.#hooks;
    this.publish(agentId, () => agentEvent(tidings, contact(), this.#protection));
  }

  publish(agentId: string, event: () => AgentEvent): void {
    const { accountId } = this.#hooks.contact();
    this.#told = this.#told.then(() => this.#deps.agentEvents.publish(accountId, agentId, event()));
  }

  /** Asks the company's interface for what stands for the customer's number. Without an answer the number is masked. */
  async #identify({ mapping }: CentreSettings['numberProtection']): Promise<void> {
    const { accountId, customer, protectedCustomer } = this.#hooks.contact();
    if (this.#protection !== 'map' || mapping === undefined || protectedCustomer !== undefined) return;
    try {
      this.#hooks.learned({
        protectedCustomer: await this.#deps.numberMapper.userIdOf(accountId, mapping, customer),
      });
    } catch (error) {
      this.#hooks.failed(error);
    }
  }

  async #locate(): Promise<void> {
    const { customer, location, direction } = this.#hooks.contact();
    if (direction === 'internal' || location !== undefined) return;
    const { locationOf, clock } = this.#deps;
    const found = await Promise.race([locationOf(customer), pause(clock, locationPatienceMs)]);
    if (found) this.#hooks.learned({ location: found });
  }
}
