import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { History } from './history.js';

/** What a name has. `ttl` in seconds, default 60. */
export type DnsEntry = { readonly name: string; readonly ttl?: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | {
      readonly type: 'NAPTR';
      readonly order: number;
      readonly preference: number;
      readonly flags: string;
      readonly service: string;
      readonly replacement: string;
    }
);

const typeNumbers = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const;

/** A name server of our own (RFC 1035) over UDP on a free port of 127.0.0.1: knows what it was told, says NXDOMAIN to everything else. */
export class DnsServer {
  /** Questions that came, as `SRV _sip._udp.carrier.test`. */
  readonly questions = new History<string>('DNS questions');
  /** What it knows; may be changed at any time. */
  entries: readonly DnsEntry[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, from) => {
      const answer = this.#answer(bytes);
      socket.send(answer, from.port, from.address);
    });
  }

  static async start(entries: readonly DnsEntry[] = []): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    const server = new DnsServer(socket);
    server.entries = entries;
    return server;
  }

  /** As it stands in SIP_DNS_SERVERS. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answer(query: Buffer): Buffer {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    const typeName = Object.entries(typeNumbers).find(([, number]) => number === type)?.[0] ?? String(type);
    this.questions.add(`${typeName} ${name}`);
    const named = this.entries.filter((entry) => entry.name.toLowerCase() === name.toLowerCase());
    const found = named.filter((entry) => typeNumbers[entry.type] === type);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // A response with authority, recursion available; NXDOMAIN where the name is not known at all.
    header.writeUInt16BE(0x8580 | (named.length === 0 ? 3 : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    return Buffer.concat([header, query.subarray(12, end + 4), ...found.map(record)]);
  }
}

function record(entry: DnsEntry): Buffer {
  const data = recordData(entry);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(typeNumbers[entry.type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(entry.ttl ?? 60, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(entry.name), fixed, data]);
}

function recordData(entry: DnsEntry): Buffer {
  switch (entry.type) {
    case 'A':
      return Buffer.from(entry.address.split('.').map(Number));
    case 'AAAA':
      return ipv6Bytes(entry.address);
    case 'SRV':
      return Buffer.concat([numbers(entry.priority, entry.weight, entry.port), nameBytes(entry.target)]);
    case 'NAPTR': {
      const texts = [entry.flags, entry.service, ''].map((each) =>
        Buffer.concat([Buffer.from([each.length]), Buffer.from(each)]),
      );
      return Buffer.concat([numbers(entry.order, entry.preference), ...texts, nameBytes(entry.replacement)]);
    }
  }
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = bytes[at]!; length > 0; length = bytes[at]!) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function ipv6Bytes(address: string): Buffer {
  if (!isIPv6(address)) throw new Error(`${address} is no IPv6 address.`);
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const middle = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0');
  return numbers(...[...front, ...middle, ...back].map((group) => Number.parseInt(group, 16)));
}
