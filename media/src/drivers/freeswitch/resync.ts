import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { ChannelIds } from './channel/channel-ids.js';
import { channelsOf, type MarkedChannel, type SwitchChannel, settle } from './channel/settle-channels.js';
import { uptimeMs } from './channel/switch-uptime.js';
import { type EslEvent, plainEvent } from './esl/esl-event.js';
import { type IncomingCalls, nodeVariable } from './incoming-calls.js';
import type { SwitchLeg } from './leg/switch-leg.js';

export interface ResyncParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeId: string;
  readonly ids: ChannelIds;
  readonly incoming: IncomingCalls;
  /** Somebody has to do with the channel, maybe since a moment ago. */
  isKnown(id: string): boolean;
  api(command: string): Promise<string>;
  /** The legs that live. */
  legs(): readonly SwitchLeg[];
  /** Which channels are bridged, each with the other, named once; and which are in a conference, by its name. */
  relearn(bridges: ReadonlyMap<string, string>, conferences: ReadonlyMap<string, string>): void;
}

/** Brings what we believe in line with the switch, whenever the connection to it was made. */
export class Resync {
  readonly #parts: ResyncParts;
  #awaySince: number | undefined;

  constructor(parts: ResyncParts) {
    this.#parts = parts;
  }

  /** The connection fell: from now on nothing is told. */
  away(): void {
    this.#awaySince ??= this.#parts.clock.monotonic();
  }

  /** Compares and settles every difference. */
  async run(): Promise<void> {
    const { api, logger, nodeId, incoming } = this.#parts;
    const restarted = await this.#wasRestarted();
    const channels = channelsOf(await api('show channels as json'));
    const legs = new Map(this.#parts.legs().flatMap((leg) => leg.channels.map((id) => [id, leg] as const)));
    const ours = new Set([...legs.keys(), ...incoming.channelIds]);
    const { gone, orphaned, waiting } = settle(await this.#marked(channels, ours), ours, nodeId);
    for (const id of gone) {
      legs.get(id)?.channelLost(id, restarted);
      incoming.gone(id);
    }
    for (const id of orphaned) await api(`uuid_kill ${id}`);
    for (const [id, leg] of legs) if (!gone.includes(id)) leg.resynced(await this.#dump(id));
    this.#parts.relearn(bridgesOf(channels), conferencesOf(channels));
    for (const id of waiting) {
      const dump = await this.#dump(id);
      if (dump.get('Answer-State') === 'ringing' && !this.#parts.isKnown(id)) void incoming.parked(dump);
    }
    if (this.#awaySince !== undefined) {
      logger.info(
        {
          restarted,
          gone: gone.length,
          orphaned: orphaned.length,
          waiting: waiting.length,
          kept: ours.size - gone.length,
        },
        'the calls of FreeSWITCH were compared with ours',
      );
    }
    this.#awaySince = undefined;
  }

  /** It runs for less long than we were away. */
  async #wasRestarted(): Promise<boolean> {
    if (this.#awaySince === undefined) return false;
    const upMs = uptimeMs(await this.#parts.api('status'));
    return upMs !== undefined && upMs < this.#parts.clock.monotonic() - this.#awaySince;
  }

  async #marked(channels: readonly SwitchChannel[], ours: ReadonlySet<string>): Promise<MarkedChannel[]> {
    const marked: MarkedChannel[] = [];
    for (const channel of channels) {
      marked.push({ ...channel, node: ours.has(channel.id) ? this.#parts.nodeId : await this.#nodeOf(channel.id) });
    }
    return marked;
  }

  async #nodeOf(id: string): Promise<string | undefined> {
    if (this.#parts.ids.isOurs(id)) return this.#parts.nodeId;
    const answer = (await this.#parts.api(`uuid_getvar ${id} ${nodeVariable}`)).trim();
    return answer === '_undef_' || answer.startsWith('-ERR') ? undefined : answer;
  }

  async #dump(id: string): Promise<EslEvent> {
    return plainEvent(Buffer.from(await this.#parts.api(`uuid_dump ${id}`)));
  }
}

function bridgesOf(channels: readonly SwitchChannel[]): ReadonlyMap<string, string> {
  const bridged = channels.filter(({ application }) => application === 'uuid_bridge');
  return new Map(bridged.map(({ id, applicationData }) => [id, applicationData]));
}

function conferencesOf(channels: readonly SwitchChannel[]): ReadonlyMap<string, string> {
  const seated = channels.filter(({ application }) => application === 'conference');
  return new Map(seated.map(({ id, applicationData }) => [id, applicationData.split('@')[0] ?? '']));
}
