import { BlockList, isIP } from 'node:net';
import { bad, type CheckResult, good } from './check.js';

export interface AddressFacts {
  /** SIP_ADVERTISED_ADDRESS. */
  readonly advertised: string | undefined;
  /** The addresses that SIP listens on. */
  readonly listening: readonly string[];
  /** What the advertised name stands for, where it is a name. */
  readonly resolved: readonly string[];
}

const fix =
  'Set SIP_ADVERTISED_ADDRESS to the address at which phones and carriers reach this machine, or leave it away.';

/** Whether the address that we tell others to use can be right. */
export function checkAdvertisedAddress(facts: AddressFacts): CheckResult {
  const name = 'advertised address';
  const { advertised, listening } = facts;
  const onlyLoopback = listening.every(isLoopback);
  if (advertised === undefined) {
    return good(
      name,
      onlyLoopback
        ? 'SIP listens on the loopback address only: phones on this machine reach it, others do not.'
        : 'Each peer is told the address of this machine that it reaches.',
    );
  }
  const wrong = (why: string) => bad(name, `${advertised} ${why}.`, fix);
  const addresses = isIP(advertised) === 0 ? facts.resolved : [advertised];
  if (/[\s/:]/.test(advertised) && isIP(advertised) === 0) return wrong('is neither an IP address nor a host name');
  if (addresses.length === 0) return wrong('is a name that cannot be resolved');
  for (const address of addresses) {
    const why = whyNobodyReaches(address);
    if (why !== undefined) return wrong(why);
    if (isLoopback(address) && !onlyLoopback) {
      return wrong('is the loopback address: other machines would send their calls to themselves');
    }
    if (!isLoopback(address) && onlyLoopback) {
      return bad(
        name,
        `${advertised} is advertised, but SIP listens on the loopback address only: nothing from outside arrives.`,
        'Set SIP_LISTEN to an address of this machine, or to 0.0.0.0 for all.',
      );
    }
  }
  const families = new Set(listening.map((address) => (address.includes(':') ? 6 : 4)));
  if (!addresses.some((address) => families.has(isIP(address) as 4 | 6)) && !listening.includes('::')) {
    return wrong(`is IPv${isIP(addresses[0]!)}, and SIP listens on no such address`);
  }
  return good(name, `Peers are told ${advertised}.`);
}

const unusable = new BlockList();
unusable.addSubnet('224.0.0.0', 4, 'ipv4');
unusable.addSubnet('ff00::', 8, 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');

const documentation = new BlockList();
for (const net of ['192.0.2.0', '198.51.100.0', '203.0.113.0']) documentation.addSubnet(net, 24, 'ipv4');
documentation.addSubnet('2001:db8::', 32, 'ipv6');

function whyNobodyReaches(address: string): string | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (address === '0.0.0.0' || address === '::') return 'stands for every address, which nobody can send to';
  if (address === '255.255.255.255') return 'is the broadcast address';
  if (unusable.check(address, family)) return 'is a multicast address';
  if (linkLocal.check(address, family)) return 'is a link-local address, which no router passes on';
  if (documentation.check(address, family)) return 'is reserved for examples';
  return undefined;
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
