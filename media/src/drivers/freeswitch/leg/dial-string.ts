import { isIP } from 'node:net';
import type { DialRequest } from '../../../port/call-engine.js';
import { crossingHeaders } from '../../../port/crossing-headers.js';
import type { Binding } from '../../../port/sip-directory.js';
import { outboundIdentity } from '../../../sip/identity/outbound-identity.js';
import { parseUri, type SipUri } from '../../../sip/parse/uri.js';
import { encryptionVariables } from '../channel/channel-encryption.js';
import { ownHeaders } from '../front/own-headers.js';
import type { Front } from './leg-surroundings.js';
import { keepKeys } from './pressed-keys.js';

/** One way to a callee. */
export interface Way {
  /** `sip:user@host[:port][;transport=…]`: what is asked for. */
  readonly uri: string;
  /** Where the request goes instead of the host of the URI, `sip:host[:port][;transport=…]`. */
  readonly through?: string;
}

/** What a channel that is made is told beside the way, as FreeSWITCH's originate variables. */
export interface DialVariables {
  readonly channelId: string;
  readonly request: DialRequest;
  readonly mediaLossMs: number;
  /** FreeSWITCH keeps the keys that are pressed. */
  readonly keepsKeys?: boolean;
  /** Its early media is heard: only where it is the one branch of the dial, since FreeSWITCH ends the race at the first sound. */
  readonly withEarlyMedia: boolean;
  /** Host in what says who calls, where the target has none of its own for that. */
  readonly host: string;
  /** Our proxy before FreeSWITCH, which the request goes by where it has a way there. */
  readonly front?: Pick<Front, 'at' | 'wayTo'> | undefined;
}

/** `originate` with its arguments. The leg waits in park once it has sound. */
export function originateCommand(profile: string, way: Way, variables: DialVariables): string {
  const { front } = variables;
  const asked = originateVariables(variables, way);
  const next = front?.wayTo(way.through ?? way.uri, { inside: isInside(variables.request) });
  if (next !== undefined) asked.push([`sip_h_${ownHeaders.way}`, next]);
  const pairs = asked.map(([name, value]) => `${name}=${quoted(value)}`);
  const address = addressOf(next === undefined ? way : { uri: way.uri, through: `sip:${front?.at}` });
  return `originate {${pairs.join(',')}}sofia/${profile}/${address} &park()`;
}

/** It goes to another node of the installation. */
function isInside({ target }: DialRequest): boolean {
  return target.kind === 'sip' && target.inside === true;
}

function originateVariables(
  { channelId, request, mediaLossMs, keepsKeys, withEarlyMedia, host, front }: DialVariables,
  { uri }: Way,
): [string, string][] {
  const { target, maxForwards = 70, headers = {}, ringTimeoutMs } = request;
  const identity = outboundIdentity(plainNamed(request), { host, uri });
  const pairs: [string, string][] = [
    ['origination_uuid', channelId],
    ['origination_caller_id_number', identity.contactUser],
  ];
  if (identity.fromDisplayName !== undefined) pairs.push(['origination_caller_id_name', identity.fromDisplayName]);
  pairs.push(
    ['ignore_early_media', String(!withEarlyMedia)],
    // Ours is exact and counts with early media, too; this one counts where we are gone.
    ['originate_timeout', String(Math.ceil(ringTimeoutMs / 1000) + 5)],
    ['media_timeout', String(mediaLossMs)],
    ['park_after_bridge', 'true'],
    ...encryptionVariables(target.mediaEncryption ?? 'none', front !== undefined),
  );
  if (keepsKeys) pairs.push([...keepKeys]);
  if (maxForwards < 70) pairs.push(['max_forwards', String(maxForwards)]);
  // What FreeSWITCH itself would say of the caller would be said twice, or to whom it is not meant for.
  if (identity.headers.length > 0) pairs.push(['sip_cid_type', 'none']);
  for (const [name, value] of identity.headers) pairs.push([`sip_h_${name}`, value]);
  for (const [name, value] of Object.entries(crossingHeaders(headers))) pairs.push([`sip_h_${name}`, value]);
  if (request.replaces !== undefined) pairs.push(['sip_h_Replaces', request.replaces]);
  if (request.referredBy !== undefined) pairs.push(['sip_h_Referred-By', request.referredBy]);
  if (target.kind === 'sip') {
    if (target.credentials) {
      pairs.push(
        ['sip_auth_username', target.credentials.username],
        ['sip_auth_password', target.credentials.password],
      );
    }
  }
  const domain = request.hidden ? parseUri(identity.from).host : target.kind === 'sip' ? target.fromHost : undefined;
  if (domain !== undefined) pairs.push(['sip_invite_domain', domain]);
  return pairs;
}

/** A name without what `quoted` takes out: in a header that would leave quotes open. */
function plainNamed(request: DialRequest): DialRequest {
  if (request.fromDisplayName === undefined) return request;
  return { ...request, fromDisplayName: request.fromDisplayName.replace(/["\\]/g, '') };
}

/** Plain values stay as they are; others stand in quotes. Single quotes, backslashes and control characters are left out: nothing can break out of its place. */
function quoted(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not pass
  const safe = value.replace(/[\x00-\x1f\x7f'\\{}[\]]/g, '');
  return /^[\w.@:+*#-]*$/.test(safe) ? safe : `'${safe}'`;
}

/** `user@host[:port][;transport=…][;fs_path=…]`, made anew from its parts, so that nothing in them ends the dial string. */
function addressOf({ uri, through }: Way): string {
  const asked = parseUri(uri);
  const user = encodeURIComponent(asked.user)
    .replace(/'/g, '%27')
    .replace(/%(2B|23)/gi, (code) => decodeURIComponent(code));
  const address = `${user}@${hopOf(asked)}`;
  return through === undefined ? address : `${address};fs_path=sip:${hopOf(parseUri(through))}`;
}

/** An address without a transport is reached by UDP (RFC 3263 4.1). */
function hopOf({ host, port, params }: SipUri): string {
  const transport = params.get('transport') ?? '';
  const isSaid = /^\w+$/.test(transport) && !(transport === 'udp' && isIP(host) !== 0);
  const by = isSaid ? `;transport=${transport}` : '';
  return `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}${by}`;
}

/** The ways to the target of a dial, in the order in which they are tried. */
export function waysTo(uri: string, proxies: readonly string[] | undefined): readonly Way[] {
  if (!proxies || proxies.length === 0) return [{ uri }];
  return proxies.map((proxy) => (sameHop(proxy, uri) ? { uri } : { uri, through: proxy }));
}

/** A phone is reached where its registration came from. */
export function wayToBinding({ contact, received, path }: Binding): Way {
  if (path?.[0] !== undefined) return { uri: contact, through: path[0].replace(/^<|>$/g, '') };
  const transport = received.transport === 'udp' ? '' : `;transport=${received.transport}`;
  const through = `sip:${received.address}:${received.port}${transport}`;
  return sameHop(through, contact) ? { uri: contact } : { uri: contact, through };
}

function sameHop(one: string, other: string): boolean {
  const [a, b] = [parseUri(one), parseUri(other)];
  const transport = (uri: SipUri) => uri.params.get('transport') ?? 'udp';
  return a.host === b.host && (a.port ?? 5060) === (b.port ?? 5060) && transport(a) === transport(b);
}
