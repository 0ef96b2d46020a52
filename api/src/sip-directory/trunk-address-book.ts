import type { Clock } from '@hookswitch/kernel/clock';
import type { KnownTrunk } from '@hookswitch/media/port/sip-directory';
import ipaddr from 'ipaddr.js';
import type { TrunkRegistrationStore } from '../registrations/trunk-registration-store.js';
import { ShortCache } from '../store/short-cache.js';
import { enabledTrunks } from '../trunks/index.js';
import type { Trunk, TrunkStore } from '../trunks/trunk.js';

/** How long a loaded list may answer "yes", and how soon after loading a "no" makes us look again. */
const trustedMs = 1000;
const missedMs = 100;

interface Row {
  readonly trunk: KnownTrunk;
  readonly network: [ipaddr.IPv4 | ipaddr.IPv6, number];
}

/**
 * Says which trunk an address belongs to. A trunk added counts within 0.1 s, one changed or removed within 1 s. The longest network wins; where none
 * fits, a trunk that is registered there, within 1 s.
 */
export interface TrunkAddressBook {
  /** @param dialled user part of the Request-URI: says which trunk it is where several are registered at that address */
  trunkOf(address: string, dialled?: string): Promise<KnownTrunk | undefined>;
}

/** @param registrations where trunks are registered; default: such calls are nobody's */
export function createTrunkAddressBook(
  trunks: TrunkStore,
  clock: Clock,
  registrations?: Pick<TrunkRegistrationStore, 'list'>,
): TrunkAddressBook {
  const registered = new ShortCache<readonly RegisteredTrunk[]>(clock, { keepMs: trustedMs });
  const registeredAt = async (address: string, dialled: string | undefined) => {
    if (!registrations) return undefined;
    const all = await registered.get('all', () => registeredTrunks(trunks, registrations));
    const there = all.filter(({ servers }) => servers.includes(address));
    return (there.length > 1 ? there.find(({ user }) => user === dialled) : there[0])?.trunk;
  };
  let rows: readonly Row[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  const load = () => {
    loading ??= loadRows(trunks)
      .then((loaded) => {
        rows = loaded;
        loadedAt = clock.now();
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  return {
    async trunkOf(text, dialled) {
      if (!ipaddr.isValid(text)) return undefined;
      const address = ipaddr.process(text);
      if (clock.now() - loadedAt >= trustedMs) await load();
      const known = match(rows, address);
      if (known !== undefined) return known;
      if (clock.now() - loadedAt >= missedMs) await load();
      return match(rows, address) ?? registeredAt(address.toString(), dialled);
    },
  };
}

async function loadRows(trunks: TrunkStore): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const trunk of enabledTrunks(trunks)) rows.push(...networks(trunk));
  return rows.sort((a, b) => b.network[1] - a.network[1]);
}

/** A trunk and the servers of its carrier that took our registration. */
interface RegisteredTrunk {
  readonly trunk: KnownTrunk;
  readonly user: string | undefined;
  readonly servers: readonly string[];
}

async function registeredTrunks(
  trunks: TrunkStore,
  registrations: Pick<TrunkRegistrationStore, 'list'>,
): Promise<RegisteredTrunk[]> {
  const found: RegisteredTrunk[] = [];
  for await (const trunk of enabledTrunks(trunks)) {
    if (!trunk.outbound?.register) continue;
    const reports = await registrations.list(trunk.id);
    const servers = reports.flatMap(({ state, server }) => (state === 'registered' && server ? [server] : []));
    if (servers.length > 0) found.push({ trunk: knownTrunk(trunk), user: trunk.outbound.username, servers });
  }
  return found;
}

function knownTrunk({ id, inbound }: Trunk): KnownTrunk {
  const { trustIdentity = false, reliableProvisionals = 'on' } = inbound ?? {};
  return { trunkId: id, trustsIdentity: trustIdentity, reliableProvisionals };
}

function networks(own: Trunk): Row[] {
  const trunk = knownTrunk(own);
  return (own.inbound?.addresses ?? []).flatMap((text) => {
    if (ipaddr.isValidCIDR(text)) return [{ trunk, network: ipaddr.parseCIDR(text) }];
    if (!ipaddr.isValid(text)) return [];
    const address = ipaddr.process(text);
    return [{ trunk, network: [address, address.kind() === 'ipv4' ? 32 : 128] as Row['network'] }];
  });
}

function match(rows: readonly Row[], address: ipaddr.IPv4 | ipaddr.IPv6): KnownTrunk | undefined {
  return rows.find(({ network }) => network[0].kind() === address.kind() && address.match(network as [never, number]))
    ?.trunk;
}
