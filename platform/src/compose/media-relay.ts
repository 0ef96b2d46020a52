import type { Settings } from '@hookswitch/api/config/settings';
import type { ReadinessCheck } from '@hookswitch/api/http/probes';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { MediaRelayUse } from '@hookswitch/media/drivers/embedded/index';
import { createRtpengineRelay } from '@hookswitch/media/drivers/rtpengine/index';
import type { MediaRelay } from '@hookswitch/media/port/media-relay';
import { Counter, Gauge, type Registry } from 'prom-client';

type RelaySettings = Pick<Settings, 'rtpengines' | 'rtpengineInterfaces' | 'mediaRelay' | 'mediaEngine' | 'roles'>;

/** Which calls go through which relay; undefined where none is set, or this process has no calls, or a FreeSWITCH has their sound. */
export function createServerMediaRelay(
  settings: RelaySettings,
  around: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
): MediaRelayUse | undefined {
  const { rtpengines, rtpengineInterfaces, mediaRelay, mediaEngine, roles } = settings;
  if (rtpengines.length === 0 || mediaRelay === 'off' || !roles.includes('calls')) return undefined;
  if (mediaEngine === 'freeswitch') {
    around.logger.warn('MEDIA_ENGINE is freeswitch: RTPENGINES is not used, FreeSWITCH encrypts by itself.');
    return undefined;
  }
  const interfaces = rtpengineInterfaces === undefined ? {} : { interfaces: rtpengineInterfaces };
  const relay = createRtpengineRelay({ servers: rtpengines, ...interfaces, ...around });
  return { relay, when: mediaRelay, controls: rtpengines };
}

/** Where every call needs a relay, none that answers keeps calls away; else it is a warning. */
export function relayReadiness(use: MediaRelayUse | undefined): {
  readiness: Record<string, ReadinessCheck>;
  warnings: Record<string, ReadinessCheck>;
} {
  if (!use) return { readiness: {}, warnings: {} };
  const someUp: ReadinessCheck = async () => {
    if (!use.relay.health().some(({ up }) => up)) throw new Error('No rtpengine of RTPENGINES answers.');
  };
  const allUp: ReadinessCheck = async () => {
    const down = use.relay.health().filter(({ up }) => !up);
    if (down.length > 0) throw new Error(`No answer from rtpengine ${down.map(({ address }) => address).join(', ')}.`);
  };
  return { readiness: use.when === 'always' ? { mediaRelay: someUp } : {}, warnings: { mediaRelay: allUp } };
}

/** What each relay has, and what went wrong with it. */
export function relayMetrics(metrics: Registry, relay: MediaRelay): void {
  const gauge = (name: string, help: string, value: (health: ReturnType<MediaRelay['health']>[number]) => number) =>
    new Gauge({
      name: `hookswitch_media_relay_${name}`,
      help,
      labelNames: ['relay'],
      registers: [metrics],
      collect() {
        for (const health of relay.health()) this.set({ relay: health.address }, value(health));
      },
    });
  gauge('up', 'Whether the media relay answers: 1 or 0.', ({ up }) => (up ? 1 : 0));
  gauge('sessions', 'Sessions of this node that the media relay carries.', ({ sessions }) => sessions);
  gauge('outstanding_commands', 'Commands to the media relay that wait for an answer.', (health) => health.outstanding);
  new Counter({
    name: 'hookswitch_media_relay_failures_total',
    help: 'What went wrong with the media relay: commands without an answer (timeout), not sent because too many wait (busy), refused for want of ports (full), descriptions it could not take (refused), answers that could not be read (malformed), sessions that it lost (lost).',
    labelNames: ['relay', 'kind'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { address, failures } of relay.health())
        for (const [kind, count] of Object.entries(failures)) this.inc({ relay: address, kind }, count);
    },
  });
}
