import type { Logger } from '@hookswitch/kernel/logger';
import type { TargetNamer } from '../../../port/address-policy.js';
import type { SipDirectory } from '../../../port/sip-directory.js';
import type { TimerSet } from '../../../port/timer-set.js';
import type { EslEvent } from '../esl/esl-event.js';
import type { LostDialog } from '../front/farewells.js';
import type { SharedFolder, SoundFiles } from '../sound/sound-files.js';
import type { SwitchLeg } from './switch-leg.js';

/** The proxy of ours before FreeSWITCH, as far as legs know it. */
export interface Front {
  readonly host: string;
  /** `host:port` */
  readonly at: string;
  /** What the front is told of where a call goes next; undefined where it has no way there, and FreeSWITCH goes by itself. */
  wayTo(uri: string, where: { readonly inside: boolean }): string | undefined;
  /** FreeSWITCH knows nothing of that dialog any more: its far end is told. */
  letGo(dialog: LostDialog): void;
}

/** What a leg needs of its engine. */
export interface LegSurroundings {
  readonly timers: TimerSet;
  readonly logger: Logger;
  readonly directory: SipDirectory;
  readonly files: SoundFiles;
  readonly folder: SharedFolder;
  /** Name of the SIP profile by which calls go out. */
  readonly profile: string;
  /** FreeSWITCH's own host, for URIs that say who calls. */
  readonly host: string;
  /** A channel from which nothing comes for so long is hung up, milliseconds. */
  readonly mediaLossMs: number;
  api(command: string): Promise<string>;
  bgapi(command: string, jobId: string): Promise<string>;
  execute(channelId: string, app: string, arg: string, eventId: string): Promise<string>;
  /** A fresh id for a channel of ours; what begins like it is ours after a reconnect, too. */
  newChannelId(): string;
  newId(): string;
  /** Whether legs tell of their snapshots. */
  readonly keepsSnapshots: boolean;
  /** Every leg that lives. */
  legs(): readonly SwitchLeg[];
  /** The proxy of ours before FreeSWITCH, where there is one: calls go out through it. */
  readonly front: Front | undefined;
  /** Sends a NOTIFY about a REFER on a channel: its Event, and a body of type message/sipfrag. */
  notify(channelId: string, event: string, body: string): Promise<unknown>;
  /** Undefined where a call may go to that host (an IP address; names are looked up by FreeSWITCH), else what it is. */
  targetRefusal(host: string, namedBy: TargetNamer): string | undefined;
  /** Events of this channel, or the end of this job, go there from now on. */
  follow(id: string, hear: (event: EslEvent) => void): void;
  unfollow(id: string): void;
  /** The leg's channel waits and has sound: it can be connected. */
  plugged(leg: SwitchLeg): void;
  /** The leg's channel was found where a former process left it. */
  found(leg: SwitchLeg): void;
  unplugged(leg: SwitchLeg): void;
  /** A key of the leg was pressed: those who hear it get it, too. */
  passDigit(leg: SwitchLeg, digit: string): void;
  /** The leg ended: what it was in ends with it. */
  ended(leg: SwitchLeg): void;
  /** Nothing more comes of the leg. */
  over(leg: SwitchLeg): void;
}
