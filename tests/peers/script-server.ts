import {
  type RecordedRequest,
  RecordingHttpServer,
  type RecordingServerOptions,
  type Reply,
} from './recording-http-server.js';

/** A verb as it goes over the wire. Left loose on purpose: tests send bad ones too. */
export type WireVerb = { readonly verb: string } & Readonly<Record<string, unknown>>;

/** What the backend answers: a script, something else altogether, or either made from the request. */
export type ScriptAnswer =
  | readonly WireVerb[]
  | Reply
  | ((request: RecordedRequest) => readonly WireVerb[] | Reply | Promise<readonly WireVerb[] | Reply>);

/**
 * The developer's backend: answers signed script requests with what a test queued for the path, keeps every request, and refuses with 401 those
 * whose signature is wrong; a GET, for a sound, needs none. A path for which nothing was queued answers 404.
 */
export class ScriptServer {
  readonly #server: RecordingHttpServer;
  readonly #always: Map<string, ScriptAnswer>;
  readonly #queued: Map<string, ScriptAnswer[]>;

  private constructor(
    server: RecordingHttpServer,
    always: Map<string, ScriptAnswer>,
    queued: Map<string, ScriptAnswer[]>,
  ) {
    this.#server = server;
    this.#always = always;
    this.#queued = queued;
  }

  static async start(options: RecordingServerOptions = {}): Promise<ScriptServer> {
    const always = new Map<string, ScriptAnswer>();
    const queued = new Map<string, ScriptAnswer[]>();
    const server = await RecordingHttpServer.start('script requests', options, async (request) => {
      const unsigned = request.signature === 'invalid' || request.signature === 'missing';
      // Sounds are fetched like any file.
      if (unsigned && request.method !== 'GET') return { status: 401, body: 'bad signature' };
      const answer = queued.get(request.path)?.shift() ?? always.get(request.path);
      if (answer === undefined) return { status: 404, body: `no script for ${request.path}` };
      const made = typeof answer === 'function' ? await answer(request) : answer;
      return isScript(made) ? asJson(made) : made;
    });
    return new ScriptServer(server, always, queued);
  }

  /** Every request so far. */
  get requests() {
    return this.#server.requests;
  }

  /** The secrets that requests may be signed with. */
  set secrets(secrets: readonly string[]) {
    this.#server.secrets = secrets;
  }

  url(path: string): string {
    return this.#server.url(path);
  }

  /** Answers every request for this path so, unless something is queued. */
  answer(path: string, answer: ScriptAnswer): void {
    this.#always.set(path, answer);
  }

  /** Answers the next request for this path so; may be called several times. */
  answerOnce(path: string, answer: ScriptAnswer): void {
    const waiting = this.#queued.get(path) ?? [];
    waiting.push(answer);
    this.#queued.set(path, waiting);
  }

  /** Resolves with the body of request number `number` (from 1) for this path. */
  async request(path: string, number = 1): Promise<Record<string, unknown>> {
    const request = await this.requests.until(`request ${number} for ${path}`, () => this.#for(path)[number - 1]);
    return JSON.parse(request.body) as Record<string, unknown>;
  }

  /** How many requests came for this path. */
  count(path: string): number {
    return this.#for(path).length;
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

  #for(path: string): RecordedRequest[] {
    return this.requests.all.filter((request) => request.path === path);
  }
}

function isScript(made: readonly WireVerb[] | Reply): made is readonly WireVerb[] {
  return Array.isArray(made);
}

function asJson(script: readonly WireVerb[]): Reply {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(script) };
}
