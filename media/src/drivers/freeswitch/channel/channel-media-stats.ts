import { type MediaStats, noMedia } from '../../../port/live-call.js';
import type { EslEvent } from '../esl/esl-event.js';

/** The figures of the channel's sound, as its last event has them. FreeSWITCH tells no round trip and not what the far end reports. */
export function mediaStatsOfChannel(event: EslEvent): MediaStats {
  const codec = event.get('Channel-Read-Codec-Name');
  if (codec === undefined) return noMedia;
  const figure = (name: string) => Number(event.get(`variable_rtp_audio_${name}`) ?? 0) || 0;
  const packetsReceived = figure('in_media_packet_count');
  return {
    ...noMedia,
    codec,
    packetsSent: figure('out_media_packet_count'),
    packetsReceived,
    packetsLost: figure('in_skip_packet_count'),
    jitterMs: Math.sqrt(Math.max(0, figure('in_jitter_max_variance'))),
    mos: packetsReceived > 0 ? figure('in_mos') || undefined : undefined,
  };
}
