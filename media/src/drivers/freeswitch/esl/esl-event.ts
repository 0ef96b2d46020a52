import { type EslFrame, EslProtocolError, parseHeaderLines } from './frame-parser.js';

/** An event of the switch. Its fields are asked for by name, without case; variables of the channel are `variable_<name>`. */
export interface EslEvent {
  /** `CHANNEL_PARK`, `DTMF` …; for CUSTOM ones see `Event-Subclass`. */
  readonly name: string;
  /** The channel it is about; undefined where it is about none. */
  readonly channelId: string | undefined;
  get(field: string): string | undefined;
  /** Every field with its value. */
  fields(): Iterable<readonly [name: string, value: string]>;
  /** What a BACKGROUND_JOB answered, or the body of an INFO. */
  readonly body: string;
}

/** The event in a message of type `text/event-plain` or `text/event-json`; undefined for other messages. Throws `EslProtocolError`. */
export function eventOfFrame({ type, body }: EslFrame): EslEvent | undefined {
  if (type === 'text/event-plain') return plainEvent(body);
  return type === 'text/event-json' ? jsonEvent(body) : undefined;
}

/** Reads what `uuid_dump` answers: an event in the plain form. */
export function plainEvent(bytes: Buffer): EslEvent {
  const end = bytes.indexOf('\n\n');
  const raw = parseHeaderLines(bytes.toString('utf8', 0, end < 0 ? bytes.length : end));
  const length = Number(raw.get('content-length') ?? 0);
  const body = end < 0 || !(length > 0) ? '' : bytes.toString('utf8', end + 2, end + 2 + length);
  const get = (field: string) => {
    const value = raw.get(field.toLowerCase());
    return value === undefined ? undefined : percentDecoded(value);
  };
  return {
    ...named(get),
    get,
    *fields() {
      for (const [name, value] of raw) yield [name, percentDecoded(value)] as const;
    },
    body,
  };
}

function jsonEvent(bytes: Buffer): EslEvent {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(parsedObject(bytes))) {
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
  }
  const get = (field: string) => fields.get(field.toLowerCase());
  return { ...named(get), get, fields: () => fields, body: get('_body') ?? '' };
}

function parsedObject(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, in our words.
  }
  throw new EslProtocolError('an event that is no JSON object');
}

function named(get: EslEvent['get']): Pick<EslEvent, 'name' | 'channelId'> {
  // Those about a NOTIFY spell it without the hyphen.
  return { name: get('event-name') ?? '', channelId: get('unique-id') ?? get('uniqueid') };
}

/** The value of a plain event's field. What is no percent-encoding stays as it is. */
export function percentDecoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    const bytes = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
}
