import { isIP } from 'node:net';
/** One thing an operator may set. */
export interface Setting<T> {
  /** The environment variable. */
  readonly env: string;
  /** A sentence that says what it does. */
  readonly sentence: string;
  /** Default, as it would stand in the variable; undefined where there is none. */
  readonly default: string | undefined;
  /** Reads the variable's text. @throws Error with half a sentence that follows the variable's name, e.g. "must be a whole number". */
  readonly parse: (text: string) => T;
  /** Never printed with its value. */
  readonly secret?: boolean;
}

/** A setting with a default. The default goes through the same parser. */
export function setting<T>(definition: Setting<T> & { default: string }): Setting<T> & { default: string } {
  return definition;
}

/** A setting that may be left away: undefined then. */
export function optionalSetting<T>(definition: Omit<Setting<T>, 'default'>): Setting<T | undefined> {
  return { ...definition, default: undefined };
}

export const text = (value: string): string => value;

/** A whole number between two bounds, both included. */
export function wholeNumber(low: number, high: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || number < low || number > high) {
      throw new Error(`must be a whole number from ${low} to ${high}`);
    }
    return number;
  };
}

/** A number between two bounds, both included. */
export function decimal(low: number, high: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number) || number < low || number > high) {
      throw new Error(`must be a number from ${low} to ${high}`);
    }
    return number;
  };
}

export const port = wholeNumber(0, 65_535);

export function yesOrNo(value: string): boolean {
  if (value === 'yes' || value === 'true' || value === '1') return true;
  if (value === 'no' || value === 'false' || value === '0') return false;
  throw new Error('must be yes or no');
}

export function oneOf<const T extends string>(...values: readonly T[]): (value: string) => T {
  return (value) => {
    if (!(values as readonly string[]).includes(value)) throw new Error(`must be one of ${values.join(', ')}`);
    return value as T;
  };
}

/** Texts between commas; spaces around them do not count, and an empty text is an empty list. */
export function listOf<T>(parse: (value: string) => T): (value: string) => readonly T[] {
  return (value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(parse);
}

/** A list that must not be empty. */
export function atLeastOne<T>(parse: (value: string) => readonly T[]): (value: string) => readonly T[] {
  return (value) => {
    const list = parse(value);
    if (list.length === 0) throw new Error('must name at least one');
    return list;
  };
}

export function url(...protocols: readonly string[]): (value: string) => string {
  return (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new Error(`must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  };
}

/** 32 bytes in base64 or hex. */
export function key256(value: string): Buffer {
  const key = /^[0-9a-fA-F]{64}$/.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64');
  if (key.length !== 32) throw new Error('must be 32 bytes in base64 or hex; `openssl rand -base64 32` makes one');
  return key;
}

/** Where to listen: `udp:127.0.0.1:5060`, `tls:[::]:5061`. */
export function listenAddress(value: string): {
  transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  address: string;
  port: number;
} {
  const match = /^(udp|tcp|tls|wss?):(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d+)$/.exec(value);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!match || isIP(address) === 0 || Number(match[4]) > 65_535) {
    throw new Error('must be like udp:192.0.2.1:5060 or tls:[2001:db8::1]:5061, with udp, tcp, tls, ws or wss');
  }
  return { transport: match[1] as 'udp' | 'tcp' | 'tls' | 'ws' | 'wss', address, port: Number(match[4]) };
}

/** The origin of web pages (RFC 6454): `https://app.example`, `http://localhost:3000`. In lower case. */
export function origin(value: string): string {
  if (!/^https?:\/\/[^/\s?#@]+$/i.test(value)) throw new Error('must be like https://app.example, without a path');
  return value.toLowerCase();
}

/** Origins of web pages, or `*` for all. */
export function originOrAll(value: string): string {
  if (value === '*') return value;
  try {
    return origin(value);
  } catch {
    throw new Error('must be * or like https://app.example, without a path');
  }
}

/** What names a process for others: it stands in keys and paths. */
export function processName(value: string): string {
  if (!/^[\w.-]{1,64}$/.test(value))
    throw new Error('must be letters, digits, dots, dashes and underscores, 64 at most');
  return value;
}

/** An address without a port, or a host name. */
export function hostAddress(value: string): string {
  if (isIP(value) === 0 && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value)) {
    throw new Error('must be an address like 203.0.113.10, or a name, without a port');
  }
  return value;
}

/** A name server: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
export function nameServer(value: string): string {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d+))?$/.exec(value);
  const address = match?.[1] ?? match?.[2] ?? value;
  if (isIP(address) === 0 || Number(match?.[3] ?? 53) > 65_535) {
    throw new Error('must be an address like 192.0.2.53 or 192.0.2.53:5353, IPv6 in brackets');
  }
  return value;
}

/** Where an rtpengine is controlled, and its share: `10.0.0.7:2223`, `rtpengine:2223;2`, `[2001:db8::7]:2223`. */
export function rtpengineAddress(value: string): { host: string; port: number; weight: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})(?:;(\d{1,4}))?$/.exec(value);
  const host = match?.[1] ?? match?.[2] ?? '';
  const [port, weight] = [Number(match?.[3]), Number(match?.[4] ?? 1)];
  if (!match || port < 1 || port > 65_535 || weight < 1) {
    throw new Error(
      'must be like 10.0.0.7:2223 or rtpengine.internal:2223;2, the weight (1 or more) after the semicolon',
    );
  }
  return { host, port, weight };
}

/** An event socket with its password: `127.0.0.1:8021:ClueCon`. The password may hold colons. */
export function eventSocket(value: string): { host: string; port: number; password: string } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5}):([\x21-\x7e]+)$/.exec(value);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) throw new Error('must be like 127.0.0.1:8021:password');
  return { host: match[1] ?? match[2]!, port, password: match[4]! };
}

/** A folder of ours, and what another program calls it: `/var/lib/hookswitch/sounds` or `/mnt/sounds=/sounds`. */
export function sharedFolder(value: string): { ours: string; theirs: string } {
  const [ours = '', theirs = ours, ...more] = value.split('=');
  if (more.length > 0 || !ours.startsWith('/') || !/^\/[\w./-]+$/.test(theirs)) {
    throw new Error('must be a path like /srv/sounds, or /srv/sounds=/path/as/freeswitch/sees/it');
  }
  return { ours, theirs: theirs.replace(/\/$/, '') };
}

/** Two names: `inside,outside`. */
export function sideInterfaces(value: string): { inside: string; outside: string } {
  const match = /^([\w.-]+),([\w.-]+)$/.exec(value.replace(/\s/g, ''));
  if (!match) throw new Error('must be two names of interfaces with a comma between, like private,public');
  return { inside: match[1]!, outside: match[2]! };
}

/** An address or a network: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. */
export function network(value: string): string {
  const [address = '', bits, ...more] = value.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || more.length > 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))) {
    throw new Error('must be an address or a network like 10.0.0.0/8');
  }
  return value;
}
