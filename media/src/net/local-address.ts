import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';

/** One address of this machine. */
export interface InterfaceAddress {
  readonly address: string;
  /** Bits of the network part. */
  readonly prefixLength: number;
  readonly internal: boolean;
}

/** Which of our addresses a peer at `remote` reaches us at: the one in its network, else the first that is not internal. Pure. */
export function chooseLocalAddress(ours: readonly InterfaceAddress[], remote: string): string {
  const family = isIP(remote) === 6 ? 6 : 4;
  const sameFamily = ours.filter(({ address }) => isIP(address) === family && !address.startsWith('fe80'));
  const near = sameFamily.find(({ address, prefixLength }) => {
    const network = new BlockList();
    network.addSubnet(address, prefixLength, family === 6 ? 'ipv6' : 'ipv4');
    return isIP(remote) !== 0 && network.check(remote, family === 6 ? 'ipv6' : 'ipv4');
  });
  const outward = near ?? sameFamily.find(({ internal }) => !internal) ?? sameFamily[0];
  return outward?.address ?? (family === 6 ? '::1' : '127.0.0.1');
}

/** `chooseLocalAddress` on this machine's interfaces, which are looked at again every few seconds; answers are remembered between looks. */
export function localAddressChooser(refreshMs = 5_000): (remote: string) => string {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let ours: readonly InterfaceAddress[] = [];
  const answers = new Map<string, string>();
  return (remote) => {
    if (performance.now() - lookedAt > refreshMs || answers.size > 10_000) {
      lookedAt = performance.now();
      ours = interfaceAddresses();
      answers.clear();
    }
    let answer = answers.get(remote);
    if (answer === undefined) {
      answer = chooseLocalAddress(ours, remote);
      answers.set(remote, answer);
    }
    return answer;
  };
}

function interfaceAddresses(): InterfaceAddress[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, cidr, internal }) => ({ address, prefixLength: Number(cidr?.split('/')[1] ?? 32), internal }));
}
