/** An SRV record (RFC 2782). */
export interface SrvRecord {
  /** Lowest first. */
  readonly priority: number;
  /** Share of the draws among equals of priority. */
  readonly weight: number;
  readonly port: number;
  /** Host name; `.` or '' where the service is not offered at all. */
  readonly target: string;
}

/** A NAPTR record (RFC 3403 4.1), as far as SIP uses it (RFC 3263 4.1). */
export interface NaptrRecord {
  /** Lowest first; `preference` decides among equals. */
  readonly order: number;
  readonly preference: number;
  /** `s` where the replacement has SRV records. */
  readonly flags: string;
  /** `SIP+D2U`, `SIP+D2T`, `SIPS+D2T` … */
  readonly service: string;
  readonly replacement: string;
}

/** What a resolver said. */
export interface DnsAnswer<Item> {
  /** Empty where there are none. */
  readonly records: readonly Item[];
  /** How long they hold, milliseconds; undefined where the resolver does not tell. */
  readonly ttlMs?: number;
  /** No answer came, or one that says nothing (SERVFAIL): what is there is not known. */
  readonly failed?: boolean;
}

/** Asks the DNS. Never rejects. */
export interface DnsLookup {
  /** IP addresses of a host name, in the order to try them (A and AAAA). */
  addresses(host: string): Promise<DnsAnswer<string>>;
  srv(name: string): Promise<DnsAnswer<SrvRecord>>;
  naptr(name: string): Promise<DnsAnswer<NaptrRecord>>;
}
