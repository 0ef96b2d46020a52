import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { History } from './history.js';

/** A mail as it was handed over. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and text, lines ended by `\n`. */
  readonly text: string;
}

/** A mail server (RFC 5321) on a free port of the loopback address that takes everything and keeps it. */
export class MailServer {
  readonly mails = new History<Mail>('mail server', ({ to }) => `a mail to ${to.join(', ')}`);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    const say = (line: string) => socket.write(`${line}\r\n`);
    let mail: { from: string; to: string[]; lines: string[]; open: boolean } | undefined;
    let rest = '';
    say('220 mail.example.com');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const address = /<(.*)>/.exec(line)?.[1] ?? '';
        if (mail?.open && line !== '.') mail.lines.push(line);
        else if (mail?.open) {
          this.mails.add({ from: mail.from, to: mail.to, text: mail.lines.join('\n') });
          mail = undefined;
          say('250 taken');
        } else if (line.startsWith('MAIL FROM')) {
          mail = { from: address, to: [], lines: [], open: false };
          say('250 ok');
        } else if (line.startsWith('RCPT TO')) {
          mail?.to.push(address);
          say('250 ok');
        } else if (line === 'DATA' && mail) {
          mail.open = true;
          say('354 go on');
        } else say(line === 'QUIT' ? '221 bye' : '250 ok');
      }
    });
  }
}
