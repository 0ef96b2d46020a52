/** Compact forms of header names (RFC 3261 7.3.3 and the registry), to their long ones. */
const compact: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Names as peers usually write them, so that most need no lower-casing. */
const usual = new Map<string, string>();
for (const name of [
  'Via From To Call-ID CSeq Contact Max-Forwards Content-Type Content-Length Allow Supported Require User-Agent Server Route Record-Route',
  'Authorization Proxy-Authorization WWW-Authenticate Proxy-Authenticate Expires Min-Expires Session-Expires Min-SE Accept Subject Reason',
  'P-Asserted-Identity Date Organization Unsupported Retry-After Warning Path Privacy',
].flatMap((line) => line.split(' '))) {
  usual.set(name, name.toLowerCase());
  usual.set(name.toLowerCase(), name.toLowerCase());
}
for (const [short, long] of Object.entries(compact)) {
  usual.set(short, long);
  usual.set(short.toUpperCase(), long);
}

/** The lower-case long form of a header name. */
export function canonicalName(name: string): string {
  return usual.get(name) ?? name.toLowerCase();
}
