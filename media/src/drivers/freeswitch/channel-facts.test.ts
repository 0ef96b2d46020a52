import { describe, expect, it } from 'vitest';
import { factsOfChannel } from './channel-facts.js';
import { mediaStatsOfChannel } from './channel-media-stats.js';
import { plainEvent } from './esl/esl-event.js';

const event = (fields: Record<string, string>) =>
  plainEvent(
    Buffer.from(
      `${Object.entries(fields)
        .map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`)
        .join('')}\n`,
    ),
  );
const call = {
  variable_sip_from_user: '+14155550100',
  variable_sip_from_display: 'Ann; Bob',
  variable_sip_req_user: '+14155550199',
  variable_sip_req_host: 'pbx.example',
  variable_sip_call_id: 'abc@192.0.2.1',
  variable_sip_network_ip: '192.0.2.1',
  variable_sip_network_port: '5070',
  variable_sip_via_protocol: 'TCP',
  variable_max_forwards: '66',
};

describe('what a channel says of its call', () => {
  it('is who calls whom, from where, over how many hops', () => {
    expect(factsOfChannel(event({ ...call, 'variable_sip_h_X-Case': '7', variable_sip_h_Subject: 'no' }))).toEqual({
      from: '+14155550100',
      fromDisplayName: 'Ann; Bob',
      to: '+14155550199',
      toHost: 'pbx.example',
      maxForwards: 66,
      sipCallId: 'abc@192.0.2.1',
      remoteAddress: '192.0.2.1:5070',
      transport: 'tcp',
      headers: { 'x-case': '7' },
    });
  });

  it('names nobody who hides', () => {
    const facts = factsOfChannel(event({ ...call, 'Caller-Privacy-Hide-Number': 'true' }));
    expect([facts.from, facts.fromDisplayName, facts.hidden]).toEqual(['anonymous', undefined, true]);
    expect(factsOfChannel(event({ ...call, variable_sip_from_host: 'anonymous.invalid' })).from).toBe('anonymous');
  });

  it('has the figures of its sound at its end', () => {
    const stats = mediaStatsOfChannel(
      event({
        'Channel-Read-Codec-Name': 'PCMU',
        variable_rtp_audio_in_media_packet_count: '500',
        variable_rtp_audio_out_media_packet_count: '490',
        variable_rtp_audio_in_skip_packet_count: '3',
        variable_rtp_audio_in_jitter_max_variance: '4.00',
        variable_rtp_audio_in_mos: '4.42',
      }),
    );
    expect(stats).toMatchObject({
      codec: 'PCMU',
      packetsReceived: 500,
      packetsSent: 490,
      packetsLost: 3,
      jitterMs: 2,
      mos: 4.42,
    });
  });
});
