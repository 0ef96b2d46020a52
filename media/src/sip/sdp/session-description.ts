/** What of SDP (RFC 8866) we read and write. Lines we do not know are left out of what we write; m-lines we do not know are rejected. */
export interface SessionDescription {
  readonly origin: Origin;
  /** Session-level c= address; a media line may have its own. */
  readonly address: string | undefined;
  readonly direction: Direction | undefined;
  readonly media: readonly MediaDescription[];
}

export interface Origin {
  readonly username: string;
  /** Decimal text: it may be larger than 2^53. */
  readonly sessionId: string;
  readonly version: string;
  readonly address: string;
}

/** RFC 3264 5.1. Absent means `sendrecv`. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface MediaDescription {
  /** `audio`, `video`, … as it came. */
  readonly kind: string;
  /** 0: rejected or disabled. */
  readonly port: number;
  /** `RTP/AVP`, … */
  readonly protocol: string;
  /** Payload types, or other formats, in order of preference. */
  readonly formats: readonly string[];
  /** c= of this line, else that of the session. */
  readonly address: string | undefined;
  readonly direction: Direction;
  /** a=rtpmap by format, static types of RFC 3551 (0, 8) filled in. */
  readonly rtpmap: ReadonlyMap<string, RtpMap>;
  /** a=fmtp by format. */
  readonly fmtp: ReadonlyMap<string, string>;
  /** a=ptime, milliseconds. */
  readonly ptime: number | undefined;
  readonly maxptime: number | undefined;
  /** a=rtcp port (RFC 3605). */
  readonly rtcpPort: number | undefined;
  /** a=rtcp-mux (RFC 5761). */
  readonly rtcpMux: boolean;
  /** a=crypto of this line: keys for SRTP that encrypts (RFC 4568). */
  readonly hasKeys: boolean;
  /** a=fingerprint of this line, else of the session: DTLS (RFC 8122). */
  readonly hasFingerprint: boolean;
}

export interface RtpMap {
  /** Upper case: `PCMU`. */
  readonly encoding: string;
  readonly clockRate: number;
  readonly channels: number;
}
