import type { CallerIdentity } from '../../../port/caller-identity.js';
import { crossingHeaders } from '../../../port/crossing-headers.js';
import type { CallFacts } from '../../../port/live-call.js';
import type { SourceAddress } from '../../../port/sip-directory.js';
import { callerFacts } from '../../../sip/identity/caller-facts.js';
import { readDiversions } from '../../../sip/identity/read-diversions.js';
import { readIdentity } from '../../../sip/identity/read-identity.js';
import { type PrivacyWish, readPrivacy } from '../../../sip/identity/read-privacy.js';
import { splitCommas } from '../../../sip/parse/header-values.js';
import type { EslEvent } from '../esl/esl-event.js';
import { isOwnHeader, unreachedPhrase } from '../front/own-headers.js';
import type { ChannelHangup } from './termination-from-cause.js';

/** What an event of an inbound channel says of its INVITE, as far as its sender is believed (RFC 3325 5). */
export function factsOfChannel(
  event: EslEvent,
  { trusted, from: source = sourceOfChannel(event) }: { trusted: boolean; from?: SourceAddress },
): CallFacts {
  const variable = (name: string) => event.get(`variable_${name}`);
  const user = variable('sip_from_user');
  const displayName = variable('sip_from_display');
  const privacy = privacyOfChannel(event);
  const diversions = trusted && !privacy.hidesHistory ? readDiversions(diversionsOf(event)) : [];
  const hops = Number(variable('max_forwards'));
  return {
    ...callerFacts({
      claimed: user ? { user, ...(displayName ? { displayName } : {}) } : undefined,
      asserted: trusted ? assertedOf(variable('sip_P-Asserted-Identity')) : undefined,
      privacy,
      fromHost: variable('sip_from_host'),
    }),
    ...(diversions.length > 0 ? { diversions } : {}),
    to: variable('sip_req_user') ?? event.get('Caller-Destination-Number') ?? '',
    toHost: variable('sip_req_host') ?? '',
    ...(Number.isInteger(hops) && hops > 0 ? { maxForwards: hops } : {}),
    sipCallId: variable('sip_call_id') ?? '',
    remoteAddress: `${source.address}:${source.port}`,
    transport: source.transport,
    headers: headersOf(event),
  };
}

/** Privacy of the INVITE. FreeSWITCH hides a number for `id`, and for Remote-Party-ID, which has no header of its own here. */
export function privacyOfChannel(event: EslEvent): PrivacyWish {
  const wish = readPrivacy([event.get('variable_sip_Privacy') ?? '']);
  const hidden = event.get('Caller-Privacy-Hide-Number') === 'true' && !wish.refused;
  return hidden ? { ...wish, hidesIdentity: true } : wish;
}

/** The whole header where the profile has `p-asserted-id-parse` `verbatim`, else a user, with or without host. */
function assertedOf(value: string | undefined): CallerIdentity | undefined {
  if (value === undefined) return undefined;
  return readIdentity(
    /^[^<:]*$/.test(value) ? [`<sip:${value.includes('@') ? value : `${value}@invalid`}>`] : splitCommas(value),
  );
}

/** FreeSWITCH keeps the last Diversion, and all of History-Info. */
function diversionsOf(event: EslEvent) {
  const kept: Readonly<Record<string, string>> = { diversion: 'sip_h_Diversion', 'history-info': 'sip_history_info' };
  return { values: (name: string) => splitCommas(event.get(`variable_${kept[name]}`) ?? '') };
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
    if (!name.toLowerCase().startsWith(prefix)) continue;
    const header = name.slice(prefix.length);
    if (!isOwnHeader(header.toLowerCase())) headers[header] = value;
  }
  return crossingHeaders(headers);
}

/** Nobody replied to our INVITE, neither to FreeSWITCH nor to the front. */
function isUnreached(event: EslEvent): boolean {
  if (event.get('variable_sip_reply_host') === undefined) return true;
  return event.get('variable_sip_invite_failure_phrase') === unreachedPhrase;
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
    ...(isUnreached(event) ? { unreached: true } : {}),
    ...leg,
  };
}
