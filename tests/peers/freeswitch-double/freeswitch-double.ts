import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '@hookswitch/kernel/clock';
import type { Callee, FarEnd, PlacedCall } from '../../contracts/call-engine-worlds/call-world.js';
import { runApi } from './double-commands.js';
import { DoublePhone, type DoubleScript } from './double-phone.js';
import { type CallTaker, type DoubleEvent, DoubleSwitch } from './double-switch.js';
import { EventTemplates, plainEventBytes } from './event-templates.js';
import { RecordedCommands } from './recorded-commands.js';

const password = 'ClueCon';
let templates: EventTemplates | undefined;
let recorded: RecordedCommands | undefined;

/** One connection of a client, with what it subscribed to. */
interface Client {
  readonly socket: Socket;
  readonly events: Set<string>;
  isIn: boolean;
}

/**
 * A stand-in for FreeSWITCH at its event socket: it answers each command as the transcripts beside it show, and fails on any that no transcript knows. What its phones hear
 * follows from what was commanded, by what the transcripts say of who heard whom.
 */
export class FreeSwitchDouble {
  readonly password = password;
  /** What went wrong in it: commands that no transcript knows, above all. */
  readonly failures: Error[] = [];
  readonly #templates = (templates ??= new EventTemplates());
  readonly #recorded = (recorded ??= new RecordedCommands());
  readonly #phones = new Map<string, { script: DoubleScript; calls: DoublePhone[] }>();
  readonly #others = new Map<string, CallTaker>();
  readonly #clients = new Set<Client>();
  #server: Server | undefined;
  #switch: DoubleSwitch = this.#newSwitch();
  #port = 0;
  #lastPhone = 20_000;

  get port(): number {
    return this.#port;
  }

  async open(): Promise<this> {
    this.#server = createServer((socket) => this.#connected(socket));
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Stops listening and drops every connection; its calls go on. */
  async disconnect(): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy();
    await new Promise<void>((resolve) => this.#server!.close(() => resolve()));
  }

  async close(): Promise<void> {
    for (const channel of this.#switch.channels.values()) channel.close();
    await this.disconnect();
  }

  /** The program dies with all its calls, and is started again after `whileDown`. */
  async restart(whileDown: () => Promise<void> = async () => {}): Promise<void> {
    await this.disconnect();
    for (const channel of this.#switch.channels.values()) {
      channel.close();
      channel.phone.ended = true;
    }
    await whileDown();
    this.#switch = this.#newSwitch();
    await this.open();
  }

  /** Channels that are up. */
  get channels(): number {
    return this.#switch.channels.size;
  }

  /** Somebody else's mark on the channel of a phone. */
  markAs(far: FarEnd, node: string): void {
    for (const channel of this.#switch.channels.values()) {
      if (channel.phone === far) channel.variables.set('hookswitch_node', node);
    }
  }

  placeCall(call: PlacedCall, script?: DoubleScript): FarEnd {
    return this.#switch.placeCall(call, '127.0.0.1', new DoublePhone(script));
  }

  /** Where its SIP would be: nobody listens there. */
  get sip(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Calls to the SIP address of the other go there from now on. */
  reaches(other: FreeSwitchDouble): void {
    this.#others.set(other.sip, (call, phone) => void other.#switch.placeCall(call, '127.0.0.1', phone));
  }

  /** A phone that can be called at the address that is returned. */
  phone(script: DoubleScript): { address: string; calls: Callee['calls'] } {
    this.#lastPhone += 2;
    const phone = { script, calls: [] };
    const address = `127.0.0.1:${this.#lastPhone}`;
    this.#phones.set(address, phone);
    return { address, calls: phone.calls };
  }

  #newSwitch(): DoubleSwitch {
    return new DoubleSwitch({
      clock: systemClock,
      templates: this.#templates,
      phones: this.#phones,
      others: this.#others,
      send: (event) => this.#send(event),
      note: (error) => void this.failures.push(error),
    });
  }

  #connected(socket: Socket) {
    const client: Client = { socket, events: new Set(), isIn: false };
    this.#clients.add(client);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        this.#command(client, lines);
      }
    });
    socket.write('Content-Type: auth/request\n\n');
  }

  #command(client: Client, lines: readonly string[]) {
    try {
      this.#recorded.check(lines);
      this.#run(client, lines);
    } catch (error) {
      this.failures.push(error as Error);
      // The client gets the answer that FreeSWITCH has for what it does not know.
      if (lines[0]!.startsWith('api')) this.#api(client, '-ERR nosuchapi Command not found!\n', false);
      else reply(client, '-ERR command not found');
    }
  }

  #run(client: Client, lines: readonly string[]) {
    const [first = '', ...rest] = lines;
    const [verb, ...words] = first.split(' ');
    if (verb === 'auth') {
      client.isIn = words[0] === password;
      return reply(client, client.isIn ? '+OK accepted' : '-ERR invalid');
    }
    if (!client.isIn) return reply(client, '-ERR command not found');
    if (verb === 'event') {
      for (const name of words.slice(1)) client.events.add(name);
      return reply(client, '+OK event listener enabled plain');
    }
    if (verb === 'api') return this.#api(client, runApi(this.#switch, words.join(' ')));
    if (verb === 'bgapi') return this.#background(client, words.join(' '), headerOf(rest, 'Job-UUID') ?? randomUUID());
    if (verb === 'sendmsg') return this.#message(client, words[0] ?? '', rest);
    throw new Error(`The double does not do '${verb}' although a transcript knows it.`);
  }

  #api(client: Client, answer: string, isRecorded = true): void {
    // Lists and dumps are of the calls that are up, in the shape that was recorded.
    const isList = /^(\{|Event-Name: CHANNEL_DATA|UP )/.test(answer) || /^(\w[\w -]*)?\n?$/.test(answer);
    if (isRecorded && !isList) this.#recorded.checkAnswer(answer);
    client.socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(answer)}\n\n${answer}`);
  }

  #background(client: Client, command: string, jobId: string): void {
    client.socket.write(`Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${jobId}\nJob-UUID: ${jobId}\n\n`);
    const match = /^originate \{(.*)\}sofia\/\w+\/([^@]+)@([\d.:]+) &park\(\)$/.exec(command);
    if (!match) throw new Error(`The double does not do '${command}' in the background.`);
    const [, braces = '', user = '', address = ''] = match;
    const pairs = [...braces.matchAll(/([\w-]+)=(?:'([^']*)'|([^,]*))/g)].map(
      ([, name, quoted, plain]) => [name!, quoted ?? plain!] as const,
    );
    const originated = this.#switch.originate(new Map(pairs), decodeURIComponent(user), address).then((answer) => {
      this.#recorded.checkAnswer(answer);
      const fields = this.#templates.event('BACKGROUND_JOB', {}, { 'Job-UUID': jobId, 'Job-Command': 'originate' });
      this.#send({ name: 'BACKGROUND_JOB', fields, body: answer });
    });
    originated.catch((error: unknown) => this.failures.push(error as Error));
  }

  #message(client: Client, channelId: string, lines: readonly string[]): void {
    const channel = this.#switch.channels.get(channelId);
    reply(client, channel ? '+OK' : '-ERR invalid session id [%s]'.replace('%s', channelId));
    channel?.later(2, () => channel.play(headerOf(lines, 'execute-app-arg')!, headerOf(lines, 'event-uuid')!));
  }

  #send({ name, fields, body }: DoubleEvent): void {
    const bytes = plainEventBytes(fields, body);
    const subclass = fields.get('Event-Subclass');
    for (const { socket, events } of this.#clients) {
      if (events.has(name) && (subclass === undefined || events.has(subclass))) socket.write(bytes);
    }
  }
}

function reply({ socket }: Client, text: string): void {
  socket.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
}
