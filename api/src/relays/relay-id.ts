import { createHash } from 'node:crypto';

/** The id of a media relay, made of where it is controlled (`host:port`): the same on every node, and it says nothing of the address. */
export function relayIdOf(address: string): string {
  return `RL${createHash('sha256').update(address).digest('hex').slice(0, 32)}`;
}
