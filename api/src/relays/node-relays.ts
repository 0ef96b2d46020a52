import type { MediaRelay, RelayHealth } from '@hookswitch/media/port/media-relay';
import type { RelayDrainStore } from './relay-drain.js';
import { relayIdOf } from './relay-id.js';

/** The command that has a node take note of a relay that is drained, or is no more; answered with how that relay is. */
export const drainRelayCommand = 'relay.drain.v1';

export interface DrainRelay {
  readonly address: string;
  readonly drained: boolean;
}

/** The media relays of one node, as the rest of the installation has to do with them. */
export interface NodeRelays {
  /** Takes note of what is drained. Before the first call. */
  start(): Promise<void>;
  /** What the node says of them. */
  report(): readonly RelayHealth[];
  readonly commands: Readonly<Record<typeof drainRelayCommand, (request: DrainRelay) => Promise<RelayHealth | null>>>;
}

export function nodeRelays(
  relay: Pick<MediaRelay, 'health' | 'drain'>,
  { relayDrains }: { readonly relayDrains: RelayDrainStore },
): NodeRelays {
  return {
    async start() {
      for (const { address } of relay.health()) {
        relay.drain(address, (await relayDrains.acrossAccounts.get(relayIdOf(address))) !== undefined);
      }
    },
    report: () => relay.health(),
    commands: {
      async [drainRelayCommand]({ address, drained }) {
        relay.drain(address, drained);
        return relay.health().find((one) => one.address === address) ?? null;
      },
    },
  };
}
