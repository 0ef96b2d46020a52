import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { DatagramClient, DatagramClientReceiver } from '../../net/datagram-client.js';
import type { SideInterfaces } from './ng-commands.js';

/** Where one rtpengine is controlled: its `listen-ng`. */
export interface RtpengineAddress {
  /** Address or name. */
  readonly host: string;
  readonly port: number;
  /** Its share of new sessions beside the others' weights; at least 1. */
  readonly weight: number;
}

export interface RtpengineSettings {
  readonly servers: readonly RtpengineAddress[];
  /** Undefined where each rtpengine has one interface for all. */
  readonly interfaces?: SideInterfaces;
  readonly open: (host: string, port: number, receiver: DatagramClientReceiver) => Promise<DatagramClient>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** No answer for so long is a failure, and a new session is tried elsewhere, milliseconds. */
  readonly timeoutMs: number;
  /** When a command is sent again, milliseconds after it was first. */
  readonly resendMs: readonly number[];
  /** Commands to one rtpengine that may wait at once; above it new sessions go elsewhere, or nowhere. */
  readonly maxOutstanding: number;
  /** How often each is looked at, milliseconds. */
  readonly lookMs: number;
  /** In so many looks every session is asked for once, so that what rtpengine gave up is found. */
  readonly looksPerSweep: number;
}

export const defaultRtpengineSettings = {
  timeoutMs: 1_000,
  resendMs: [200, 500],
  maxOutstanding: 64,
  lookMs: 1_000,
  looksPerSweep: 20,
} as const;
