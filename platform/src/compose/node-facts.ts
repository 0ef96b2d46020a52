import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { CreateCalls } from '@hookswitch/api/calls/index';

/** What this process says of itself as a node: its version, and how busy its event loop is. */
export function aboutNode(): NonNullable<CreateCalls['aboutNode']> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  let last = performance.eventLoopUtilization();
  return {
    version,
    busy: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return Math.round(utilization * 100) / 100;
    },
  };
}

/** Where others in the installation reach the SIP that listens on `listening` (`udp:0.0.0.0:5060`): as was set, else there; where that is every address, on the first of this machine's own. */
export function innerAddresses(set: string | undefined, listening: readonly string[]): readonly string[] {
  const named = listening.map((address) => address.replace(/:(0\.0\.0\.0|\[::\]):/, `:${firstOwnAddress()}:`));
  return set === undefined ? named : [set, ...named.filter((address) => address !== set)];
}

function firstOwnAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const ours = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  return ours?.address ?? '127.0.0.1';
}
