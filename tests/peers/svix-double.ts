import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';

interface Endpoint {
  url: string;
  channels: readonly string[] | null;
  disabled: boolean;
  /** Newest first; `until`: when one that was replaced stops signing, milliseconds since the epoch. */
  keys: { key: string; until: number }[];
}

interface Attempt {
  readonly id: string;
  readonly endpoint: string;
  status: 0 | 1 | 2;
  responseStatusCode: number;
  response: string;
  responseDurationMs: number;
  readonly timestamp: string;
}

interface Message {
  readonly id: string;
  readonly eventType: string;
  readonly payload: string;
  readonly channels: readonly string[] | null;
  readonly attempts: Attempt[];
}

interface Application {
  readonly endpoints: Map<string, Endpoint>;
  readonly messages: Map<string, Message>;
}

type Answer = readonly [status: number, body?: unknown];
type Handler = (names: string[], body: Record<string, unknown>, url: URL) => Answer;

/**
 * The part of a Svix server's public API that a sender of webhooks needs, with its behaviour: upserts by uid, messages by event id that conflict, attempts asked for by hand that
 * are made once and never again, keys that overlap after a rotation, headers under the standard's names (`whitelabel_headers`). Its answers were held against those of svix-server 1.100.
 * Anything else is answered with 501 and remembered.
 */
export class SvixDouble {
  /** Requests that it knows nothing of. */
  readonly unknown: string[] = [];
  readonly token = 'testsk_double';
  /** Requests that came. */
  requests = 0;
  /** Whether its workers deliver. Where not, attempts stay away, as on a server that is down behind its API. */
  delivers = true;
  /** Its setting `endpoint_https_only`. */
  httpsOnly = false;
  readonly #server: Server;
  readonly #applications = new Map<string, Application>();
  readonly #routes: readonly (readonly [RegExp, Handler])[] = [
    [/^PUT \/app\/([^/]+)$/, ([app]) => this.#putApplication(app!)],
    [/^PUT \/app\/([^/]+)\/endpoint\/([^/]+)$/, ([app, endpoint], body) => this.#putEndpoint(app!, endpoint!, body)],
    [/^GET \/app\/([^/]+)\/endpoint\/([^/]+)\/secret$/, ([app, endpoint]) => this.#secret(app!, endpoint!)],
    [
      /^POST \/app\/([^/]+)\/endpoint\/([^/]+)\/secret\/rotate$/,
      ([app, endpoint], body) => this.#rotate(app!, endpoint!, body),
    ],
    [/^POST \/app\/([^/]+)\/msg$/, ([app], body) => this.#createMessage(app!, body)],
    [
      /^POST \/app\/([^/]+)\/msg\/([^/]+)\/endpoint\/([^/]+)\/resend$/,
      ([app, msg, endpoint]) => this.#resend(app!, msg!, endpoint!),
    ],
    [/^GET \/app\/([^/]+)\/attempt\/msg\/([^/]+)$/, ([app, msg], _body, url) => this.#attempts(app!, msg!, url)],
  ];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const [status, body] = await this.#answer(request);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  static async start(): Promise<SvixDouble> {
    const double = new SvixDouble();
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** The signing key that an endpoint has now. */
  keyOf(application: string, endpoint: string): string | undefined {
    return this.#applications.get(application)?.endpoints.get(endpoint)?.keys[0]?.key;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    this.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return [401, { code: 'authentication_failed', detail: 'Invalid token' }];
    }
    const url = new URL(request.url ?? '/', 'http://svix');
    const line = `${request.method} ${url.pathname.replace(/^\/api\/v1/, '')}`;
    for (const [shape, handle] of this.#routes) {
      const match = shape.exec(line);
      const text = Buffer.concat(chunks).toString('utf8');
      if (match) return handle(match.slice(1).map(decodeURIComponent), text === '' ? {} : JSON.parse(text), url);
    }
    this.unknown.push(line);
    return [501, { code: 'unknown', detail: `The double knows no ${line}.` }];
  }

  #putApplication(uid: string): Answer {
    const known = this.#applications.has(uid);
    if (!known) this.#applications.set(uid, { endpoints: new Map(), messages: new Map() });
    return [known ? 200 : 201, { id: `app_${uid}`, uid, name: uid, metadata: {}, createdAt: now(), updatedAt: now() }];
  }

  #putEndpoint(app: string, uid: string, body: Record<string, unknown>): Answer {
    const application = this.#applications.get(app);
    if (!application) return notFound;
    const schemes = this.httpsOnly ? /^https:/ : /^https?:/;
    if (!URL.canParse(String(body.url)) || !schemes.test(String(body.url)))
      return [422, { detail: [{ loc: ['body', 'url'], msg: 'Endpoint URL schemes must be …', type: 'value_error' }] }];
    const former = application.endpoints.get(uid);
    const channels = (body.channels as string[] | undefined) ?? null;
    const disabled = body.disabled === true;
    application.endpoints.set(uid, {
      url: String(body.url),
      channels,
      disabled,
      keys: former?.keys ?? [
        { key: `whsec_${Buffer.from(randomUUID()).toString('base64')}`, until: Number.POSITIVE_INFINITY },
      ],
    });
    const out = {
      id: `ep_${uid}`,
      uid,
      url: body.url,
      channels,
      disabled,
      version: 1,
      description: '',
      metadata: {},
      createdAt: now(),
      updatedAt: now(),
    };
    return [former ? 200 : 201, out];
  }

  #secret(app: string, uid: string): Answer {
    const key = this.keyOf(app, uid);
    return key === undefined ? notFound : [200, { key }];
  }

  #rotate(app: string, uid: string, { key, gracePeriodSeconds = 86_400 }: Record<string, unknown>): Answer {
    const endpoint = this.#applications.get(app)?.endpoints.get(uid);
    if (!endpoint) return notFound;
    const until = Date.now() + Number(gracePeriodSeconds) * 1000;
    const old = endpoint.keys
      .map((each, at) => (at === 0 ? { ...each, until } : each))
      .filter((each) => each.until > Date.now());
    endpoint.keys = [{ key: String(key), until: Number.POSITIVE_INFINITY }, ...old];
    return [204];
  }

  #createMessage(app: string, body: Record<string, unknown>): Answer {
    const application = this.#applications.get(app);
    if (!application) return notFound;
    const eventId = String(body.eventId);
    if (!/^[a-zA-Z0-9\-_.]{1,256}$/.test(eventId))
      return [422, { detail: [{ loc: ['body', 'eventId'], msg: 'invalid', type: 'value_error' }] }];
    if (application.messages.has(eventId)) return [409, { code: 'conflict', detail: 'A conflict has occurred' }];
    const raw = (body.transformationsParams as { rawPayload?: string } | undefined)?.rawPayload;
    const payload = raw ?? JSON.stringify(body.payload);
    const channels = (body.channels as string[] | undefined) ?? null;
    const message: Message = {
      id: `msg_${randomUUID()}`,
      eventType: String(body.eventType),
      payload,
      channels,
      attempts: [],
    };
    application.messages.set(eventId, message);
    // Whoever listens to the channel gets it by itself.
    for (const [uid, endpoint] of application.endpoints)
      if (matches(endpoint, message)) void this.#dispatch(endpoint, uid, message);
    return [202, { id: message.id, eventId, eventType: message.eventType, payload: {}, timestamp: now() }];
  }

  #resend(app: string, msg: string, uid: string): Answer {
    const application = this.#applications.get(app);
    const message = application?.messages.get(msg);
    const endpoint = application?.endpoints.get(uid);
    if (!message || !endpoint) return notFound;
    if (!endpoint.disabled) void this.#dispatch(endpoint, uid, message);
    return [202, {}];
  }

  #attempts(app: string, msg: string, url: URL): Answer {
    const application = this.#applications.get(app);
    const message = application?.messages.get(msg);
    const uid = url.searchParams.get('endpoint_id');
    if (!message || (uid !== null && !application?.endpoints.has(uid))) return notFound;
    const data = message.attempts
      .filter(({ endpoint }) => uid === null || endpoint === uid)
      .map((attempt) => ({
        ...attempt,
        endpointId: `ep_${uid}`,
        msgId: message.id,
        statusText: 'x',
        triggerType: 1,
        url: 'x',
      }));
    return [200, { data, done: true, iterator: null, prevIterator: null }];
  }

  /** One attempt, never again by itself. An attempt is only known once it is over. */
  async #dispatch(endpoint: Endpoint, uid: string, message: Message): Promise<void> {
    if (!this.delivers) return;
    const began = Date.now();
    const keys = endpoint.keys.filter(({ until }) => until > began);
    const signed = keys.map(({ key }) => new Webhook(key).sign(message.id, new Date(began), message.payload)).join(' ');
    const headers = {
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(began / 1000)),
      'webhook-signature': signed,
    };
    const over = (responseStatusCode: number, response: string) =>
      message.attempts.unshift({
        id: `atmpt_${randomUUID()}`,
        endpoint: uid,
        status: responseStatusCode >= 200 && responseStatusCode < 300 ? 0 : 2,
        responseStatusCode,
        response: response.slice(0, mostOfAnAnswer),
        responseDurationMs: Date.now() - began,
        timestamp: now(),
      });
    try {
      const request = { method: 'POST', headers, body: message.payload, redirect: 'manual' } as const;
      const answer = await fetch(endpoint.url, { ...request, signal: AbortSignal.timeout(30_000) });
      over(answer.status, await answer.text());
    } catch (error) {
      over(0, String((error as Error).cause ?? error));
    }
  }
}

/** Characters of a receiver's answer that Svix keeps. */
const mostOfAnAnswer = 20_000;

const notFound: Answer = [404, { code: 'not_found', detail: 'Entity not found' }];
const now = () => new Date().toISOString();

/** An endpoint with channels hears messages of these only, one without all. */
function matches({ channels, disabled }: Endpoint, message: Message): boolean {
  if (disabled) return false;
  return channels === null || channels.some((channel) => message.channels?.includes(channel));
}
