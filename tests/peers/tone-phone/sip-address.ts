import { headerOf, type SipText, uriIn } from './sip-text.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Host and port of a SIP address. */
export function addressIn(uri: string): Address {
  const match = /^sips?:(?:[^@]*@)?([^:;>]+)(?::(\d+))?/.exec(uriIn(uri));
  return { host: match?.[1] ?? '127.0.0.1', port: Number(match?.[2] ?? 5060) };
}

/** Where a response goes (RFC 3581 4 is for servers behind us; on the loopback address the Via says it). */
export function backTo(request: SipText): Address {
  const match = /^SIP\/2\.0\/UDP\s+([^:;\s]+)(?::(\d+))?/.exec(headerOf(request, 'Via'));
  return { host: match?.[1] ?? '127.0.0.1', port: Number(match?.[2] ?? 5060) };
}
