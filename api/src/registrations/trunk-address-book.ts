import type { Clock } from '@hookswitch/kernel/clock';
import type { KnownTrunk } from '@hookswitch/media/port/sip-directory';
import ipaddr from 'ipaddr.js';
import { enabledTrunks } from '../trunks/index.js';
import type { Trunk, TrunkStore } from '../trunks/trunk.js';

/** How long a loaded list may answer "yes", and how soon after loading a "no" makes us look again. */
const trustedMs = 1000;
const missedMs = 100;

interface Row {
  readonly trunk: KnownTrunk;
  readonly network: [ipaddr.IPv4 | ipaddr.IPv6, number];
}

/** Says which trunk an address belongs to. A trunk added counts within 0.1 s, one changed or removed within 1 s. The longest network wins. */
export interface TrunkAddressBook {
  trunkOf(address: string): Promise<KnownTrunk | undefined>;
}

export function createTrunkAddressBook(trunks: TrunkStore, clock: Clock): TrunkAddressBook {
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
    async trunkOf(text) {
      if (!ipaddr.isValid(text)) return undefined;
      const address = ipaddr.process(text);
      if (clock.now() - loadedAt >= trustedMs) await load();
      const known = match(rows, address);
      if (known !== undefined || clock.now() - loadedAt < missedMs) return known;
      await load();
      return match(rows, address);
    },
  };
}

async function loadRows(trunks: TrunkStore): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const trunk of enabledTrunks(trunks)) rows.push(...networks(trunk));
  return rows.sort((a, b) => b.network[1] - a.network[1]);
}

function networks({ id, inbound }: Trunk): Row[] {
  const { addresses = [], trustIdentity = false, reliableProvisionals = 'on' } = inbound ?? {};
  const trunk: KnownTrunk = { trunkId: id, trustsIdentity: trustIdentity, reliableProvisionals };
  return addresses.flatMap((text) => {
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
