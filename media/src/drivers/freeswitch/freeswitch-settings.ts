import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { OpenLine } from '../../net/tcp-line.js';
import type { AddressPolicy } from '../../port/address-policy.js';
import type { SipDirectory } from '../../port/sip-directory.js';
import type { EslTiming } from './esl/esl-link.js';
import type { SipFrontSettings } from './front/sip-front.js';
import type { SharedFolder } from './sound/sound-files.js';

/** How the FreeSWITCH driver is set up. */
export interface FreeSwitchSettings {
  /** `host:port` of the event socket, for messages. */
  readonly address: string;
  /** Opens a connection to the event socket. */
  readonly open: OpenLine;
  readonly password: string;
  /** Sounds and recordings pass through here. */
  readonly folder: SharedFolder;
  /** Names this node: what it began is known by that after a reconnect. One FreeSWITCH may serve several nodes. */
  readonly nodeId: string;
  /** Who is a trunk, where phones are. */
  readonly directory: SipDirectory;
  readonly addressPolicy?: AddressPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where its SIP listens, as `udp:192.0.2.1:5060`. Default: not known. */
  readonly sipAddress?: string;
  /** Name of the SIP profile by which calls go out. Default `internal`. */
  readonly profile?: string;
  /** An answered call from which no RTP comes for so long is hung up, milliseconds. Default 30,000. */
  readonly mediaLossMs?: number;
  /** Calls at once; beyond it new ones are refused with 503. Default 4,000. */
  readonly maxCalls?: number;
  /** What Retry-After says on 503, seconds. Default 5. */
  readonly retryAfterSeconds?: number;
  /** Without a connection for so long, our calls are given up: nobody can command them. Default 30,000 milliseconds. */
  readonly lostAfterMs?: number;
  /**
   * The proxy of ours that stands before FreeSWITCH. Without it trunks are known by their address alone, phones cannot call, and REFER and Replaces of far ends are not served.
   */
  readonly front?: Omit<SipFrontSettings, 'clock' | 'logger'> & {
    /** Chooses what names that nobody has are offered; the same on every node. Default: chosen at the start. */
    readonly decoySecret?: Buffer;
  };
  /** Legs tell of their snapshots (`LegEvents.snapshotChanged`). Default false. */
  readonly snapshots?: boolean;
  readonly timing?: Partial<EslTiming>;
}
