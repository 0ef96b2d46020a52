import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { History } from './history.js';
import { digestIsRight } from './tone-phone/digest-answer.js';
import { headerOf, headersOf, readSip, type SipText, uriIn, writeSip } from './tone-phone/sip-text.js';

/** A REGISTER that was accepted. */
export interface TakenRegistration {
  /** URI that the carrier is to call from now on; undefined where the binding was taken back. */
  readonly contact: string | undefined;
  readonly callId: string;
  /** The Via of whoever made it, below those of proxies. */
  readonly via: string;
}

/** A carrier of calls for whoever registers with it under one name: it challenges, remembers where to call, and answers what it granted. */
export class RegisteringCarrier {
  readonly host: string;
  readonly port: number;
  readonly taken = new History<TakenRegistration>('registrations taken', ({ contact }) => contact ?? 'none');
  readonly #close: () => void;

  private constructor(host: string, port: number, close: () => void) {
    this.host = host;
    this.port = port;
    this.#close = close;
  }

  /** On an address of its own, at a port that the system chooses. */
  static async open(host: string, login: { username: string; password: string }): Promise<RegisteringCarrier> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, host, resolve));
    const carrier = new RegisteringCarrier(host, socket.address().port, () => socket.close());
    socket.on('message', (bytes, { address, port }) => {
      const request = readSip(bytes.toString());
      if (request?.method !== 'REGISTER') return;
      const authorization = headerOf(request, 'Authorization');
      const isRight =
        authorization.includes(login.username) && digestIsRight(authorization, login.password, 'REGISTER');
      socket.send(writeSip(isRight ? carrier.#take(request) : challenge(request)), port, address);
    });
    return carrier;
  }

  /** Where it calls now. */
  get contact(): string | undefined {
    return this.taken.all.at(-1)?.contact;
  }

  close(): void {
    this.#close();
  }

  #take(request: SipText): SipText {
    const contact = headerOf(request, 'Expires') === '0' ? undefined : uriIn(headerOf(request, 'Contact'));
    this.taken.add({ contact, callId: headerOf(request, 'Call-ID'), via: headersOf(request, 'Via').at(-1) ?? '' });
    const headers = contact === undefined ? [] : [['Contact', `<${contact}>;expires=60`] as const];
    return answer(request, 200, 'OK', headers);
  }
}

function challenge(request: SipText): SipText {
  const value = `Digest realm="carrier.example", nonce="${randomUUID()}", algorithm=MD5, qop="auth"`;
  return answer(request, 401, 'Unauthorized', [['WWW-Authenticate', value]]);
}

function answer(request: SipText, status: number, reason: string, more: SipText['headers']): SipText {
  const same = ['From', 'To', 'Call-ID', 'CSeq'].map((name) => [name, headerOf(request, name)] as const);
  const vias = headersOf(request, 'Via').map((via) => ['Via', via] as const);
  return { status, reason, headers: [...vias, ...same, ...more], body: '' };
}
