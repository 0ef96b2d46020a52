import type { SourceAddress } from '../../../port/sip-directory.js';
import type { Sender } from '../../../sip/flow.js';

/** Headers of ours between the front and FreeSWITCH. None of them is taken from outside, and none leaves. */
export const ownHeaders = {
  /** Who sent an INVITE, as the front found out. */
  caller: 'X-Hookswitch-Caller',
  /** Its Replaces, which FreeSWITCH would act upon by itself. */
  replaces: 'X-Hookswitch-Replaces',
  /** Where an INVITE of FreeSWITCH goes next. */
  way: 'X-Hookswitch-Way',
  /** Where a REFER of FreeSWITCH sends somebody, base64url: it knows no `sips`, and takes the parameters of a URI for its own (RFC 3261 20). */
  referTo: 'X-Hookswitch-Refer-To',
} as const;

/** How the front refuses an INVITE of FreeSWITCH to which nobody says anything. */
export const unreachedPhrase = 'Nobody There';

/** Whether a header, by its name in lower case, is one of ours, or of those (`X-FS-…`) by which FreeSWITCHes tell each other what to do. */
export function isOwnHeader(name: string): boolean {
  return name.startsWith('x-hookswitch-') || name.startsWith('x-fs-');
}

/** Who sent an INVITE. */
export interface KnownCaller {
  readonly source: { readonly kind: 'trunk' | 'endpoint'; readonly id: string };
  /** Whether it is believed who it says calls. */
  readonly trusted: boolean;
  /** Its sound must be encrypted. */
  readonly mustEncrypt?: boolean;
  /** Where it came from. */
  readonly from: SourceAddress;
}

export function callerText({ source, trusted, mustEncrypt, from }: KnownCaller): string {
  const words = [source.kind, source.id, trusted ? 'trusted' : 'plain', from.transport, from.address, from.port];
  return [...words, ...(mustEncrypt ? ['encrypted'] : [])].join(' ');
}

/** Reads what `callerText` wrote; undefined for anything else. */
export function readCaller(text: string | undefined): KnownCaller | undefined {
  const [kind, id, trusted, transport, address, port, encrypted] = (text ?? '').split(' ');
  if ((kind !== 'trunk' && kind !== 'endpoint') || !id || !address || !isTransport(transport)) return undefined;
  return {
    source: { kind, id },
    trusted: trusted === 'trusted',
    ...(encrypted === 'encrypted' ? { mustEncrypt: true } : {}),
    from: { transport, address, port: Number(port) },
  };
}

function isTransport(text: string | undefined): text is Sender['transport'] {
  return text === 'udp' || text === 'tcp' || text === 'tls' || text === 'ws' || text === 'wss';
}
