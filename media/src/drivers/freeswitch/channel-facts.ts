import { crossingHeaders } from '../../port/crossing-headers.js';
import type { CallFacts } from '../../port/live-call.js';
import type { SourceAddress } from '../../port/sip-directory.js';
import type { EslEvent } from './esl/esl-event.js';
import type { ChannelHangup } from './termination-from-cause.js';

/** What an event of an inbound channel says of its INVITE. */
export function factsOfChannel(event: EslEvent): CallFacts {
  const variable = (name: string) => event.get(`variable_${name}`);
  const display = variable('sip_from_display');
  const source = sourceOfChannel(event);
  const hops = Number(variable('max_forwards'));
  const hidden =
    event.get('Caller-Privacy-Hide-Number') === 'true' || variable('sip_from_host') === 'anonymous.invalid';
  return {
    from: hidden ? 'anonymous' : (variable('sip_from_user') ?? event.get('Caller-Caller-ID-Number') ?? 'anonymous'),
    ...(display && !hidden ? { fromDisplayName: display } : {}),
    ...(hidden ? { hidden } : {}),
    to: variable('sip_req_user') ?? event.get('Caller-Destination-Number') ?? '',
    toHost: variable('sip_req_host') ?? '',
    ...(Number.isInteger(hops) && hops > 0 ? { maxForwards: hops } : {}),
    sipCallId: variable('sip_call_id') ?? '',
    remoteAddress: `${source.address}:${source.port}`,
    transport: source.transport,
    headers: headersOf(event),
  };
}

/** Where the INVITE came from. */
export function sourceOfChannel(event: EslEvent): SourceAddress {
  const via = event.get('variable_sip_via_protocol')?.toLowerCase();
  return {
    address: event.get('variable_sip_network_ip') ?? '',
    port: Number(event.get('variable_sip_network_port') ?? 0),
    transport: via === 'tcp' || via === 'tls' ? via : 'udp',
  };
}

/** FreeSWITCH keeps X-… headers of an INVITE as variables `sip_h_<name>`. */
function headersOf(event: EslEvent): CallFacts['headers'] {
  const prefix = 'variable_sip_h_';
  const headers: Record<string, string> = {};
  for (const [name, value] of event.fields()) {
    if (name.toLowerCase().startsWith(prefix)) headers[name.slice(prefix.length)] = value;
  }
  return crossingHeaders(headers);
}

/** What CHANNEL_HANGUP_COMPLETE says of the end. */
export function hangupOfChannel(event: EslEvent, leg: Pick<ChannelHangup, 'direction' | 'answered'>): ChannelHangup {
  const number = (...names: string[]) => {
    for (const name of names) {
      const value = Number(event.get(`variable_${name}`) ?? Number.NaN);
      if (Number.isInteger(value)) return value;
    }
    return undefined;
  };
  const q850 = number('hangup_cause_q850');
  const sipStatus = number('sip_term_status', 'sip_invite_failure_status');
  const disposition = event.get('variable_sip_hangup_disposition');
  return {
    cause: event.get('Hangup-Cause') ?? 'NORMAL_UNSPECIFIED',
    ...(q850 === undefined ? {} : { q850 }),
    ...(sipStatus === undefined ? {} : { sipStatus }),
    ...(disposition === undefined ? {} : { disposition }),
    ...leg,
  };
}
