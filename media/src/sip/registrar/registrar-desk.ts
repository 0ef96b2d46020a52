import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Binding, DigestUser, SipDirectory } from '../../port/sip-directory.js';
import { type Flow, senderOf } from '../flow.js';
import type { SourceIdentifier } from '../identity/source-identifier.js';
import type { HeaderList } from '../sip-command.js';
import type { IncomingRequest } from '../sip-event.js';
import { BindingWatch } from './binding-watch.js';
import { decideRegistration } from './decide-registration.js';
import { FlowBindings } from './flow-bindings.js';
import { flowOf, outboundHeaders } from './outbound-flow.js';

/** A REGISTER, however its answer finds its way back. */
export type ReceivedRegister = Pick<IncomingRequest, 'request' | 'flow'>;

export interface RegistrarDeskSettings<Register extends ReceivedRegister> {
  /** Answers a REGISTER. `forget`: nothing is to be kept of it. */
  readonly answer: (event: Register, status: number, headers: HeaderList, forget: boolean) => void;
  readonly now: () => number;
  readonly logger: Logger;
  readonly directory: SipDirectory;
  readonly identifier: SourceIdentifier;
  readonly nodeId: string;
  readonly clock: Clock;
  /** The address proved who it is. */
  readonly trust: (address: string) => void;
  /** A phone registered under these Contacts, over this flow. */
  readonly cameBack: (endpointId: string, contacts: readonly string[], flow: Flow) => void;
  readonly onChange: (change: { endpointId: string; state: 'registered' | 'unregistered' }) => void;
}

/** REGISTERs at one time that wait for the directory; more are refused at once. */
const mostWaiting = 500;

/** The registrar (RFC 3261 10.3): proves who asks, then keeps their bindings in the directory. */
export class RegistrarDesk<Register extends ReceivedRegister> {
  readonly #settings: RegistrarDeskSettings<Register>;
  readonly #watch: BindingWatch;
  readonly #flows: FlowBindings;
  #waiting = 0;

  constructor(settings: RegistrarDeskSettings<Register>) {
    this.#settings = settings;
    const { directory, clock, onChange } = settings;
    this.#flows = new FlowBindings(directory);
    this.#watch = new BindingWatch(
      clock,
      async (endpointId) => (await directory.bindings(endpointId)).length === 0,
      (endpointId) => onChange({ endpointId, state: 'unregistered' }),
    );
  }

  /** Nothing is told any more of bindings that expire. */
  close(): void {
    this.#watch.close();
  }

  /** A connection closed: whoever was reached on it alone is so no more. */
  connectionClosed(connectionId: string): void {
    const { logger, onChange } = this.#settings;
    this.#flows.closed(connectionId).then(
      (unreachable) => {
        for (const endpointId of unreachable) {
          this.#watch.set(endpointId, undefined);
          onChange({ endpointId, state: 'unregistered' });
        }
      },
      (error: unknown) => logger.error({ err: error }, 'bindings of a closed connection could not be removed'),
    );
  }

  /** A REGISTER came. Always answers it. */
  handle(event: Register): void {
    if (this.#waiting >= mostWaiting) {
      this.#respond(event, 503, [['Retry-After', '30']], true);
      return;
    }
    this.#waiting += 1;
    const { connectionId } = event.flow;
    const done = this.#flows.begin(connectionId);
    this.#register(event)
      .catch((error: unknown) => {
        this.#settings.logger.error({ err: error }, 'a registration could not be looked up or saved: refused with 500');
        this.#respond(event, 500, []);
      })
      .finally(() => {
        this.#waiting -= 1;
        if (done() && connectionId !== undefined) this.connectionClosed(connectionId);
      });
  }

  async #register(event: Register): Promise<void> {
    const { request, flow } = event;
    const { identifier, now, trust } = this.#settings;
    const who = await identifier.identifyUser(request, flow, now());
    if (who.kind !== 'known') {
      this.#respond(event, who.status, who.kind === 'challenge' ? who.headers : [], true);
      return;
    }
    trust(senderOf(flow).address);
    if (who.source.kind !== 'endpoint' || !who.user) {
      this.#respond(event, 403, []);
      return;
    }
    await this.#keep(event, who.user);
  }

  async #keep(event: Register, user: DigestUser): Promise<void> {
    const { directory, nodeId, clock, onChange } = this.#settings;
    const before = await directory.bindings(user.id);
    const edge = event.flow.sender ? ({ behindEdge: true } as const) : {};
    const flow = flowOf(event.request, event.flow);
    const from = { received: senderOf(event.flow), node: nodeId, ...edge, ...(flow === undefined ? {} : { flow }) };
    const decision = decideRegistration(event.request, from, before, user, clock.now());
    if (decision.kind === 'refuse') {
      this.#respond(event, decision.status, decision.headers);
      return;
    }
    if (decision.remove === 'all') await directory.removeBinding(user.id, 'all');
    else for (const contact of decision.remove) await directory.removeBinding(user.id, contact);
    for (const binding of decision.save) await directory.saveBinding(user.id, binding);
    this.#flows.remember(user.id, decision.save);
    const after = await directory.bindings(user.id);
    const ends = after.map(({ expiresAt }) => expiresAt);
    this.#watch.set(user.id, ends.length > 0 ? Math.max(0, Math.max(...ends) - clock.now()) : undefined);
    const path = event.request.values('path').map((value): [string, string] => ['Path', value]);
    const outbound = outboundHeaders(event.request, decision.save);
    this.#respond(event, 200, [...contactsOf(after, clock.now()), ...path, ...outbound]);
    const contacts = decision.save.map((binding) => binding.contact);
    this.#settings.cameBack(user.id, contacts, event.flow);
    if (decision.save.length > 0) onChange({ endpointId: user.id, state: 'registered' });
    else if (after.length === 0 && before.length > 0) onChange({ endpointId: user.id, state: 'unregistered' });
  }

  #respond(event: Register, status: number, headers: HeaderList, forget = false): void {
    this.#settings.answer(event, status, headers, forget);
  }
}

/** All bindings with the seconds each has left (RFC 3261 10.3 step 8). */
function contactsOf(bindings: readonly Binding[], now: number): [string, string][] {
  return bindings.map(({ contact, expiresAt }) => [
    'Contact',
    `<${contact}>;expires=${Math.max(0, Math.ceil((expiresAt - now) / 1000))}`,
  ]);
}
