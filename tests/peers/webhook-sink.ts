import {
  type RecordedRequest,
  RecordingHttpServer,
  type RecordingServerOptions,
  type Reply,
} from './recording-http-server.js';

/** How a receiver treats what it is sent. `drop`, `hang` and `delayMs` make it dead and slow; 3xx with a location make it redirect. */
export type SinkBehaviour = Reply;

/** One delivery: the request, its JSON, and whether we took it. */
export interface Delivery {
  readonly request: RecordedRequest;
  /** The parsed body, or undefined where it is no JSON object. */
  readonly event: Readonly<Record<string, unknown>> | undefined;
  /** The Standard Webhooks id: the same for every attempt at one message. */
  readonly webhookId: string;
}

interface SinkState {
  behaviour: SinkBehaviour;
  readonly next: SinkBehaviour[];
  /** Requests answered with a 2xx. */
  readonly taken: Set<RecordedRequest>;
}

/** The receiver of webhooks: keeps every delivery, refuses wrong signatures with 400, and behaves as it is told. */
export class WebhookSink {
  readonly #server: RecordingHttpServer;
  readonly #state: SinkState;

  private constructor(server: RecordingHttpServer, state: SinkState) {
    this.#server = server;
    this.#state = state;
  }

  static async start(options: RecordingServerOptions = {}): Promise<WebhookSink> {
    const state: SinkState = { behaviour: {}, next: [], taken: new Set() };
    const server = await RecordingHttpServer.start('webhook deliveries', options, (request) => {
      if (request.signature === 'invalid' || request.signature === 'missing')
        return { status: 400, body: 'bad signature' };
      const behaviour = state.next.shift() ?? state.behaviour;
      const status = behaviour.status ?? 200;
      if (!behaviour.drop && !behaviour.hang && status < 300) state.taken.add(request);
      return behaviour;
    });
    return new WebhookSink(server, state);
  }

  get url(): string {
    return this.#server.url('/webhooks');
  }

  /** Every delivery attempt that came, refused ones too. */
  get deliveries(): readonly Delivery[] {
    return this.#server.requests.all.map(deliveryOf);
  }

  /** Events that it took with a 2xx, in the order of their coming, each message once. */
  get events(): readonly Readonly<Record<string, unknown>>[] {
    const seen = new Set<string>();
    return this.#server.requests.all
      .filter((request) => this.#state.taken.has(request))
      .map(deliveryOf)
      .filter(({ webhookId }) => !seen.has(webhookId) && seen.add(webhookId))
      .flatMap(({ event }) => (event === undefined ? [] : [event]));
  }

  /** The secrets that deliveries may be signed with. */
  set secrets(secrets: readonly string[]) {
    this.#server.secrets = secrets;
  }

  /** Treats all deliveries so from now on. Without an argument: well. */
  behave(behaviour: SinkBehaviour = {}): void {
    this.#state.behaviour = behaviour;
  }

  /** Treats the next delivery so; may be called several times. */
  behaveOnce(behaviour: SinkBehaviour): void {
    this.#state.next.push(behaviour);
  }

  /** Resolves with the first event of this type that was taken and matches. */
  event(
    type: string,
    matches: (event: Readonly<Record<string, unknown>>) => boolean = () => true,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#server.requests.until(`event ${type}`, () =>
      this.events.find((event) => event.type === type && matches(event)),
    );
  }

  /** Resolves once this many delivery attempts came. */
  async attempts(count: number): Promise<readonly Delivery[]> {
    return this.#server.requests.until(`${count} delivery attempts`, () =>
      this.deliveries.length >= count ? this.deliveries : undefined,
    );
  }

  goDown(): Promise<void> {
    return this.#server.goDown();
  }

  comeBack(): Promise<void> {
    return this.#server.comeBack();
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

function deliveryOf(request: RecordedRequest): Delivery {
  let event: Record<string, unknown> | undefined;
  try {
    const parsed: unknown = JSON.parse(request.body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) event = { ...parsed };
  } catch {
    event = undefined;
  }
  return { request, event, webhookId: request.headers['webhook-id'] ?? '' };
}
