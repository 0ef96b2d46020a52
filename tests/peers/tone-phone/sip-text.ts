/** A SIP message as this phone understands it: lines of text. Written apart from the product's parser, to check it. */
export interface SipText {
  /** Set on requests. */
  readonly method?: string;
  /** Request-URI. */
  readonly uri?: string;
  /** Set on responses. */
  readonly status?: number;
  readonly reason?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const compact: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
};

/** Reads a message; undefined where it is none (keep-alives). */
export function readSip(text: string): SipText | undefined {
  const split = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (split < 0 ? text : text.slice(0, split)).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const body = split < 0 ? '' : text.slice(split + 4);
  const response = /^SIP\/2\.0 (\d{3}) (.*)$/.exec(start);
  if (response) return { status: Number(response[1]), reason: response[2] ?? '', headers, body };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(start);
  return request ? { method: request[1]!, uri: request[2]!, headers, body } : undefined;
}

/** Writes a message, with its Content-Length. */
export function writeSip(message: SipText): string {
  const start =
    message.status === undefined
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = message.headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `Content-Length: ${Buffer.byteLength(message.body)}`, '', message.body].join('\r\n');
}

/** All values of a header, top first, as they stand. */
export function headersOf(message: SipText, name: string): string[] {
  const wanted = name.toLowerCase();
  return message.headers
    .filter(([key]) => (compact[key.toLowerCase()] ?? key.toLowerCase()) === wanted)
    .map(([, value]) => value);
}

/** The first value of a header, or ''. */
export function headerOf(message: SipText, name: string): string {
  return headersOf(message, name)[0] ?? '';
}

/** The URI in a From, To, Contact or Route value. */
export function uriIn(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]!.trim();
}

/** The tag in a From or To value, or ''. */
export function tagIn(value: string): string {
  return /;\s*tag=([^;\s>]+)/i.exec(value.replace(/<[^>]*>/, ''))?.[1] ?? '';
}

/** Number and method of a CSeq value. */
export function cseqOf(message: SipText): { number: number; method: string } {
  const [number = '0', method = ''] = headerOf(message, 'CSeq').split(/\s+/);
  return { number: Number(number), method };
}

/** Route values of a Record-Route, in the order in which they stand. */
export function recordRoutes(message: SipText): string[] {
  return headersOf(message, 'Record-Route').flatMap((value) => value.split(/,(?=\s*<)/).map((one) => one.trim()));
}

/** One line about it, for people. */
export function firstLine(message: SipText): string {
  return message.status === undefined
    ? `${message.method} ${message.uri}`
    : `${message.status} ${message.reason} (${headerOf(message, 'CSeq')})`;
}
