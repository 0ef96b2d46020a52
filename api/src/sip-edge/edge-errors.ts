import { BaseError } from '@hookswitch/kernel/base-error';
import { mostBans } from './sip-ban.js';

/** No process looks after an edge, or there is none. */
export class NoEdgeKeeperError extends BaseError {
  constructor() {
    super(
      'unavailable',
      'sip-edge-unavailable',
      'No process looks after a SIP edge. There are bans only where the setting EDGE_KAMAILIO_RPC names machines of one, in a process with the role workers.',
      { retryAfterSeconds: 5 },
    );
  }
}

/** The network has an address of an enabled trunk in it. */
export class BanHitsTrunkError extends BaseError {
  constructor(network: string, trunkIds: readonly string[]) {
    const named = trunkIds.slice(0, 5).join(', ');
    super('conflict', 'ban-hits-trunk', `${network} has addresses of ${named}; disable that first.`);
  }
}

export class TooManyBansError extends BaseError {
  constructor() {
    super('limit', 'too-many-bans', `At most ${mostBans} addresses and networks can be banned by hand.`);
  }
}
