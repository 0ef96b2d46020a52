import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { CallScript } from '../../call-records/call.js';
import { NoRouteError } from '../call-errors.js';
import type {
  CallAccount,
  CallApplication,
  CallRouting,
  InboundRoute,
  OutboundQuestion,
  OutboundRoute,
  TrunkLimits,
} from './call-routing.js';

interface MemoryNumber {
  readonly accountId: string;
  readonly numberId: string;
  readonly applicationId?: string;
  /** Runs instead of the application's. */
  readonly script?: CallScript;
}

/** A small installation in memory: accounts, applications, numbers, one trunk for what goes out. For tests and the simulation. */
export class MemoryCallRouting implements CallRouting {
  readonly #accounts = new Map<string, CallAccount>();
  readonly #applications = new Map<string, CallApplication & { readonly accountId: string }>();
  readonly #numbers = new Map<string, MemoryNumber>();
  readonly #endpoints = new Map<string, { accountId: string; applicationId: string | undefined }>();
  readonly #trunks = new Map<string, TrunkLimits>();

  saveAccount(account: CallAccount): void {
    this.#accounts.set(account.id, account);
  }

  saveApplication(accountId: string, application: CallApplication): void {
    this.#applications.set(application.id, { ...application, accountId });
  }

  saveNumber(number: string, owner: MemoryNumber): void {
    this.#numbers.set(number, owner);
  }

  saveEndpoint(endpointId: string, owner: { accountId: string; applicationId?: string }): void {
    this.#endpoints.set(endpointId, { applicationId: undefined, ...owner });
  }

  /** Where numbers go out; calls that come in from it are counted on it. */
  saveTrunk(trunk: TrunkLimits): void {
    this.#trunks.set(trunk.id, trunk);
  }

  async routeInbound({ source, facts }: Pick<IncomingCall, 'source' | 'facts'>): Promise<InboundRoute | undefined> {
    const number = source.kind === 'endpoint' ? undefined : this.#numbers.get(facts.to);
    const owner = number ?? (source.kind === 'endpoint' ? this.#endpoints.get(source.id) : undefined);
    const account = owner && this.#accounts.get(owner.accountId);
    if (!owner || !account) return undefined;
    const trunk = source.kind === 'trunk' ? this.#trunks.get(source.id) : undefined;
    return {
      account,
      application: owner.applicationId === undefined ? undefined : this.#applications.get(owner.applicationId),
      from: facts.from,
      to: facts.to,
      ...(number ? { numberId: number.numberId } : { endpointId: source.id }),
      ...(number?.script ? { script: number.script } : {}),
      ...(trunk ? { trunk } : {}),
      passedOn: {
        hidden: facts.hidden ?? false,
        ...(facts.withheld ? { withheldFrom: facts.withheld.user } : {}),
        diversions: facts.diversions ?? [],
      },
    };
  }

  async routeOutbound({
    accountId,
    destination,
    from,
    diversions = [],
    trunkId,
  }: OutboundQuestion): Promise<OutboundRoute> {
    if (destination.kind === 'endpoint') {
      const endpoint = this.#endpoints.get(destination.endpoint);
      if (endpoint?.accountId !== accountId) throw new NoRouteError(`There is no endpoint ${destination.endpoint}.`);
      return {
        target: { kind: 'endpoint', endpointId: destination.endpoint },
        from,
        endpointId: destination.endpoint,
      };
    }
    if (destination.kind === 'sip') return { target: { kind: 'sip', uri: destination.uri }, from };
    const trunk = trunkId === undefined ? [...this.#trunks.values()][0] : this.#trunks.get(trunkId);
    if (!trunk) throw new NoRouteError('No trunk of the account carries calls out.');
    return { target: { kind: 'sip', uri: `sip:${destination.number}@carrier.invalid` }, from, diversions, trunk };
  }

  /** The trunks whose far side may transfer calls. */
  readonly transferTrunks = new Set<string>();

  async mayTransfer(trunkId: string): Promise<boolean> {
    return this.transferTrunks.has(trunkId);
  }

  async account(accountId: string): Promise<CallAccount | undefined> {
    return this.#accounts.get(accountId);
  }

  async application(accountId: string, applicationId: string): Promise<CallApplication | undefined> {
    const application = this.#applications.get(applicationId);
    return application?.accountId === accountId ? application : undefined;
  }

  async ownsNumber(accountId: string, number: string): Promise<boolean> {
    return this.#numbers.get(number)?.accountId === accountId;
  }
}
