import type { Clock } from '@hookswitch/kernel/clock';
import { isE164 } from '@hookswitch/kernel/phone-number';
import type { TargetNamer } from '@hookswitch/media/port/address-policy';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { Diversion } from '@hookswitch/media/port/diversion';
import type { CallFacts } from '@hookswitch/media/port/live-call';
import type { Account, AccountStore } from '../../accounts/index.js';
import type { Application, ApplicationStore } from '../../applications/index.js';
import type { Endpoint, EndpointStore } from '../../endpoints/index.js';
import type { FlowSource } from '../../flows/index.js';
import { inService, type PhoneNumber, type PhoneNumberStore } from '../../numbers/index.js';
import { type SecretBox, validSigningSecrets } from '../../secrets/index.js';
import { ShortCache } from '../../store/short-cache.js';
import { applyNumberRules, type NumberRule, type Trunk, type TrunkStore } from '../../trunks/index.js';
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
import { chooseTrunk, type OutboundTrunk } from './choose-trunk.js';
import type { PassedOnIdentity } from './passed-on-identity.js';
import { scriptOfNumber } from './script-of-number.js';

export interface StoredCallRoutingSettings {
  readonly accounts: AccountStore;
  readonly applications: ApplicationStore;
  readonly numbers: PhoneNumberStore;
  readonly trunks: TrunkStore;
  readonly endpoints: EndpointStore;
  /** Which version a number's flow has now. */
  readonly flows: FlowSource;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  /** How long an answer counts, milliseconds. Default and most: 1,000. */
  readonly cacheMs?: number;
}

/** An account may have more trunks than this; the oldest count. */
const maxTrunks = 100;

/** Routes by what the account set up: numbers, trunks, endpoints, applications. Each look-up counts for a second. */
export class StoredCallRouting implements CallRouting {
  readonly #stores: StoredCallRoutingSettings;
  readonly #accounts: ShortCache<CallAccount | undefined>;
  readonly #applications: ShortCache<CallApplication | undefined>;
  readonly #numbers: ShortCache<PhoneNumber | undefined>;
  readonly #endpoints: ShortCache<Endpoint | undefined>;
  readonly #inboundTrunks: ShortCache<Trunk | undefined>;
  readonly #trunks: ShortCache<readonly Trunk[]>;
  readonly #ancestors: ShortCache<readonly string[] | undefined>;

  constructor(settings: StoredCallRoutingSettings) {
    const { clock, cacheMs = 1000 } = settings;
    const keep = { keepMs: Math.min(1000, cacheMs) };
    this.#stores = settings;
    this.#accounts = new ShortCache(clock, keep);
    this.#applications = new ShortCache(clock, keep);
    this.#numbers = new ShortCache(clock, keep);
    this.#endpoints = new ShortCache(clock, keep);
    this.#inboundTrunks = new ShortCache(clock, keep);
    this.#trunks = new ShortCache(clock, keep);
    this.#ancestors = new ShortCache(clock, keep);
  }

  routeInbound(call: Pick<IncomingCall, 'source' | 'facts'>): Promise<InboundRoute | undefined> {
    return call.source.kind === 'endpoint' ? this.#fromEndpoint(call) : this.#fromTrunk(call);
  }

  async routeOutbound(question: OutboundQuestion): Promise<OutboundRoute> {
    const { destination, from, credentials } = question;
    if (destination.kind === 'endpoint') return this.#toEndpoint(question, destination.endpoint);
    if (destination.kind === 'sip') {
      return { target: { kind: 'sip', uri: destination.uri, ...(credentials ? { credentials } : {}) }, from };
    }
    return this.#toNumber(question, destination.number);
  }

  account(accountId: string): Promise<CallAccount | undefined> {
    return this.#accounts.get(accountId, async () => {
      const account = await this.#stores.accounts.acrossAccounts.get(accountId);
      return account && this.#callAccount(account);
    });
  }

  application(accountId: string, applicationId: string): Promise<CallApplication | undefined> {
    return this.#applications.get(`${accountId} ${applicationId}`, async () => {
      const application = await this.#stores.applications.get(accountId, applicationId);
      return application && this.#callApplication(application);
    });
  }

  async mayTransfer(trunkId: string): Promise<boolean> {
    const trunk = await this.#inboundTrunks.get(trunkId, () => this.#stores.trunks.acrossAccounts.get(trunkId));
    return trunk?.enabled === true && trunk.transferMode === 'enable-all';
  }

  async ownsNumber(accountId: string, number: string): Promise<boolean> {
    return isE164(number) && (await this.#number(number))?.accountId === accountId;
  }

  async #fromEndpoint({ source, facts }: Pick<IncomingCall, 'source' | 'facts'>): Promise<InboundRoute | undefined> {
    const endpoint = await this.#endpoints.get(source.id, () => this.#stores.endpoints.acrossAccounts.get(source.id));
    const account = endpoint && (await this.account(endpoint.accountId));
    if (!endpoint || !account) return undefined;
    const callerId = (await this.#preferredNumber(account.id, facts)) ?? endpoint.callerId;
    return {
      account,
      application: await this.#applicationOf(endpoint),
      // What the phone says of itself is not believed.
      from: endpoint.username,
      to: facts.to,
      endpointId: endpoint.id,
      ...(callerId === undefined ? {} : { callerId }),
      passedOn: passedOn(facts, []),
    };
  }

  /** The number a phone wants to show, where it is one of its account's (RFC 3325 9.2). */
  async #preferredNumber(accountId: string, { preferredIdentity }: CallFacts): Promise<string | undefined> {
    const number = preferredIdentity === undefined ? undefined : asE164(preferredIdentity);
    return number !== undefined && (await this.ownsNumber(accountId, number)) ? number : undefined;
  }

  async #fromTrunk({ source, facts }: Pick<IncomingCall, 'source' | 'facts'>): Promise<InboundRoute | undefined> {
    const trunk = await this.#inboundTrunks.get(source.id, () => this.#stores.trunks.acrossAccounts.get(source.id));
    if (!trunk?.enabled) return undefined;
    const rules = trunk.inbound?.numberRules ?? [];
    const to = asE164(applyNumberRules(calledOver(trunk, facts), rules));
    const number = isE164(to) ? await this.#number(to) : undefined;
    if (!number || !(await this.#mayCarry(trunk, number))) return undefined;
    const account = await this.account(number.accountId);
    if (!account) return undefined;
    const application = await this.#applicationOf(number);
    const { flows, clock } = this.#stores;
    const script = await scriptOfNumber(number, application !== undefined, { flows, clock });
    return {
      account,
      application,
      ...(script === undefined ? {} : { script }),
      from: asE164(applyNumberRules(facts.from, rules)),
      to,
      numberId: number.id,
      trunk: trunkLimits(trunk),
      passedOn: passedOn(facts, rules),
    };
  }

  /** A trunk brings calls for its own account's numbers, and for those of the accounts below. */
  async #mayCarry(trunk: Trunk, number: PhoneNumber): Promise<boolean> {
    if (trunk.accountId === number.accountId) return true;
    return (await this.#ancestorsOf(number.accountId))?.includes(trunk.accountId) ?? false;
  }

  async #toEndpoint({ accountId, from }: OutboundQuestion, name: string): Promise<OutboundRoute> {
    const endpoint = await this.#endpoints.get(`${accountId} ${name}`, async () => {
      const { endpoints } = this.#stores;
      return (await endpoints.get(accountId, name)) ?? (await endpoints.findOne(accountId, { username: name }));
    });
    if (!endpoint) throw new NoRouteError(`There is no endpoint ${name}.`);
    const { id, mediaEncryption = 'none' } = endpoint;
    const encrypted = mediaEncryption === 'none' ? {} : { mediaEncryption };
    return { target: { kind: 'endpoint', endpointId: id, ...encrypted }, from, endpointId: id };
  }

  async #toNumber(question: OutboundQuestion, number: string): Promise<OutboundRoute> {
    const { accountId, from, trunkId } = question;
    const trunks = await this.#trunks.get(accountId, async () => {
      const page = await this.#stores.trunks.list(accountId, { limit: maxTrunks });
      return page.items;
    });
    const caller = isE164(from) ? await this.#number(from) : undefined;
    const callerTrunkId = caller?.accountId === accountId ? caller.trunkId : undefined;
    const trunk = chooseTrunk(trunks, { number, askedId: trunkId, callerTrunkId });
    if (!trunk) {
      throw new NoRouteError(
        trunkId === undefined
          ? 'No trunk of the account carries calls to this number.'
          : `${trunkId} is no trunk of the account that carries calls out.`,
      );
    }
    return this.#overTrunk(trunk, number, question, await this.#namerOf(trunk.accountId));
  }

  /** The first account is the installation's own. */
  async #namerOf(accountId: string): Promise<TargetNamer> {
    return (await this.#ancestorsOf(accountId))?.length === 0 ? 'installation' : 'anybody';
  }

  #overTrunk(
    trunk: OutboundTrunk,
    number: string,
    { from, diversions = [] }: OutboundQuestion,
    namedBy: TargetNamer,
  ): OutboundRoute {
    const { proxies, numberRules, username, sealedPassword, fromHost, assertIdentity, diversion } = trunk.outbound;
    const { reliableProvisionals = 'on', mediaEncryption = 'none' } = trunk.outbound;
    const [first] = proxies;
    const user = applyNumberRules(number, numberRules);
    const password = sealedPassword === undefined ? undefined : this.#stores.secretBox.open(sealedPassword, trunk.id);
    return {
      target: {
        kind: 'sip',
        uri: `sip:${user}@${hostOf(first ?? '')}`,
        proxies,
        assertIdentity,
        ...(diversion === undefined ? {} : { diversionForm: diversion }),
        ...(reliableProvisionals === 'on' ? {} : { reliableProvisionals }),
        ...(mediaEncryption === 'none' ? {} : { mediaEncryption }),
        namedBy,
        ...(fromHost === undefined ? {} : { fromHost }),
        ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
      },
      from: applyNumberRules(from, numberRules),
      ...(diversions.length === 0
        ? {}
        : { diversions: diversions.map((one) => ({ ...one, user: applyNumberRules(one.user, numberRules) })) }),
      trunk: trunkLimits(trunk),
    };
  }

  /** The number, where it is in service. */
  #number(number: string): Promise<PhoneNumber | undefined> {
    return this.#numbers.get(number, async () => {
      const found = await this.#stores.numbers.acrossAccounts.findOne({ number });
      return found && inService(found) ? found : undefined;
    });
  }

  async #applicationOf(owner: {
    readonly accountId: string;
    readonly applicationId?: string | null | undefined;
  }): Promise<CallApplication | undefined> {
    return owner.applicationId ? this.application(owner.accountId, owner.applicationId) : undefined;
  }

  async #callAccount(account: Account): Promise<CallAccount> {
    const { accounts, secretBox, clock } = this.#stores;
    const above = await Promise.all(account.ancestorIds.map((id) => accounts.acrossAccounts.get(id)));
    const suspended = [account, ...above].some((each) => each?.status === 'suspended');
    const { concurrentCalls, callsPerSecond, minutesPerDay } = account.limits;
    return {
      id: account.id,
      status: suspended ? 'suspended' : 'active',
      concurrentCalls,
      callsPerSecond,
      minutesPerDay,
      allowedDestinations: account.allowedDestinations,
      allowedSipHosts: account.allowedSipHosts,
      ...(account.cdrPushUrl === undefined ? {} : { cdrPushUrl: account.cdrPushUrl }),
      signingSecrets: validSigningSecrets(account.signingSecrets, { secretBox, clock, ownerId: account.id }),
    };
  }

  async #callApplication(application: Application): Promise<CallApplication> {
    const { secretBox, clock } = this.#stores;
    const own = validSigningSecrets(application.signingSecrets, { secretBox, clock, ownerId: application.id });
    const { id, accountId, scriptUrl, fallbackUrl, statusCallbackUrl, cdrPushUrl } = application;
    return {
      id,
      script: { url: scriptUrl, ...(fallbackUrl === undefined ? {} : { fallbackUrl }) },
      ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
      ...(cdrPushUrl === undefined ? {} : { cdrPushUrl }),
      signingSecrets: own.length > 0 ? own : ((await this.account(accountId))?.signingSecrets ?? []),
    };
  }

  #ancestorsOf(accountId: string): Promise<readonly string[] | undefined> {
    return this.#ancestors.get(accountId, async () => {
      const account = await this.#stores.accounts.acrossAccounts.get(accountId);
      return account?.ancestorIds;
    });
  }
}

/** What the calls dialled for this one may be told, its numbers after the trunk's rules. */
function passedOn(
  { hidden = false, withheld, diversions = [] }: CallFacts,
  rules: readonly NumberRule[],
): PassedOnIdentity {
  const plain = (user: string) => asE164(applyNumberRules(user, rules));
  return {
    hidden,
    ...(withheld ? { withheldFrom: plain(withheld.user) } : {}),
    diversions: diversions.map((one): Diversion => ({ ...one, user: plain(one.user) })),
  };
}

/** Carriers often leave the plus sign away. */
function asE164(number: string): string {
  return /^[1-9]\d{7,14}$/.test(number) ? `+${number}` : number;
}

/** 0 is no limit of the trunk's own. */
function trunkLimits({ id, limits }: Trunk): TrunkLimits {
  const { concurrentCalls, callsPerSecond } = limits;
  return {
    id,
    concurrentCalls: concurrentCalls || Number.POSITIVE_INFINITY,
    callsPerSecond: callsPerSecond || Number.POSITIVE_INFINITY,
  };
}

/** `host:port` of `sip:host:port;…`. */
function hostOf(proxy: string): string {
  return proxy.replace(/^sips?:/i, '').replace(/[;?].*$/, '');
}

/** A carrier where a trunk is registered calls the Contact it was given; which number was called is in To then. */
function calledOver({ outbound }: Trunk, { to, toHeader }: CallFacts): string {
  const isContact = outbound?.register !== undefined && to === outbound.username;
  return isContact ? (toHeader ?? to) : to;
}
