import { describe, expect, it } from 'vitest';
import { plainEvent } from '../esl/esl-event.js';
import { factsOfChannel } from './channel-facts.js';
import { mediaStatsOfChannel } from './channel-media-stats.js';

const event = (fields: Record<string, string>) =>
  plainEvent(
    Buffer.from(
      `${Object.entries(fields)
        .map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`)
        .join('')}\n`,
    ),
  );
const sender = { trusted: true };
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
    expect(
      factsOfChannel(event({ ...call, 'variable_sip_h_X-Case': '7', variable_sip_h_Subject: 'no' }), sender),
    ).toEqual({
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

  it.each([
    ['FreeSWITCH says so', { 'Caller-Privacy-Hide-Number': 'true' }],
    ['Privacy: id', { variable_sip_Privacy: 'id' }],
    ['Privacy: user, which FreeSWITCH does not know', { variable_sip_Privacy: 'user;critical' }],
    ['his own From', { variable_sip_from_host: 'anonymous.invalid' }],
  ])('names nobody who hides: %s', (_how, told) => {
    const named = { ...call, ...told, 'variable_sip_P-Asserted-Identity': '"Ann" <sip:+14155550123@c.example>' };
    const facts = factsOfChannel(event(named), sender);
    expect([facts.from, facts.fromDisplayName, facts.hidden]).toEqual(['anonymous', undefined, true]);
    expect(facts.withheld).toEqual({ user: '+14155550123', displayName: 'Ann' });
    expect(factsOfChannel(event(named), { trusted: false }).withheld).toBeUndefined();
  });

  it.each([
    ['the whole header', '"Ann" <sip:+14155550123@c.example>', '+14155550123'],
    ['user and host', '+14155550123@c.example', '+14155550123'],
    ['the user', '+14155550123', '+14155550123'],
  ])('names whom a trusted sender asserts, and only such a one: %s', (_form, asserted, from) => {
    const told = event({ ...call, 'variable_sip_P-Asserted-Identity': asserted });
    expect(factsOfChannel(told, sender).from).toBe(from);
    expect(factsOfChannel(told, { trusted: false }).from).toBe('+14155550100');
  });

  it('says who sent the call on, of a trusted sender, unless that is to be kept', () => {
    const diverted = { ...call, variable_sip_h_Diversion: '<sip:+14155550122@c.example>;reason=no-answer' };
    const diversions = [{ user: '+14155550122', reason: 'no-answer', times: 1 }];
    expect(factsOfChannel(event(diverted), sender).diversions).toEqual(diversions);
    expect(factsOfChannel(event(diverted), { trusted: false }).diversions).toBeUndefined();
    const kept = event({ ...diverted, variable_sip_Privacy: 'history' });
    expect(factsOfChannel(kept, sender).diversions).toBeUndefined();
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
