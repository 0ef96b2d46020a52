import type { SipRequest, SipResponse } from './message.js';

/** Largest number an RSeq may have (RFC 3262 7.1). */
const largest = 0xffff_ffff;

/** What a PRACK acknowledges (RFC 3262 7.2). */
export interface RAck {
  /** The RSeq of the provisional. */
  readonly response: number;
  /** The CSeq of the request it answered. */
  readonly cseq: number;
  readonly method: string;
}

/**
 * The RSeq of a provisional that wants to be acknowledged (RFC 3262 4), or undefined for one that does not: no `Require: 100rel`, no number, no tag
 * to send a PRACK to. 0 is no number of the RFC's, but whoever sends it waits for its PRACK all the same.
 */
export function readRSeq(response: SipResponse): number | undefined {
  if (response.status <= 100 || response.status >= 200) return undefined;
  if (!response.hasToken('require', '100rel') || !response.toTag) return undefined;
  const number = response.numberHeader('rseq');
  return number !== undefined && number <= largest ? number : undefined;
}

/** The RAck of a PRACK; undefined where there is none or it cannot be read. */
export function readRAck(request: SipRequest): RAck | undefined {
  const match = /^\s*(\d{1,10})\s+(\d{1,10})\s+([A-Za-z0-9.!%*_+`'~-]+)\s*$/.exec(request.header('rack') ?? '');
  if (!match) return undefined;
  const [response, cseq] = [Number(match[1]), Number(match[2])];
  return response <= largest && cseq <= largest ? { response, cseq, method: match[3]! } : undefined;
}
