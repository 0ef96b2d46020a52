/** What the API answered. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The API refused a request that a test or the demo took for granted. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: { readonly code?: string; readonly detail?: string };
  constructor(method: string, path: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${method} ${path} answered ${status} ${problem.code ?? ''}: ${problem.detail ?? JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
  }
}

/** A bare client of the REST API, as a newcomer with `fetch` would write it. Bodies are JSON. */
export class ApiClient {
  readonly baseUrl: string;
  readonly #authorization: string;

  constructor(baseUrl: string, apiKey: string) {
    this.baseUrl = baseUrl;
    this.#authorization = `Bearer ${apiKey}`;
  }

  /** Resolves to any answer, refusals included. */
  async request<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer<Body>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        authorization: this.#authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as Body };
  }

  /** Rejects with `ApiError` for anything but a success. */
  async do<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Body> {
    const answer = await this.request<Body>(method, path, body, headers);
    if (answer.status >= 300) throw new ApiError(method, path, answer.status, answer.body as { code?: string });
    return answer.body;
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Body> {
    return this.do<Body>('GET', path);
  }

  post<Body = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Body> {
    return this.do<Body>('POST', path, body);
  }

  patch<Body = Record<string, unknown>>(path: string, body: unknown): Promise<Body> {
    return this.do<Body>('PATCH', path, body);
  }

  /** Posts bytes of that type. */
  async upload<Body = Record<string, unknown>>(path: string, contentType: string, bytes: Uint8Array): Promise<Body> {
    const headers = { authorization: this.#authorization, 'content-type': contentType };
    const response = await fetch(`${this.baseUrl}${path}`, { method: 'POST', headers, body: Buffer.from(bytes) });
    const body = await response.json();
    if (response.status >= 300) throw new ApiError('POST', path, response.status, body as { code?: string });
    return body as Body;
  }

  /** The bytes of a file, such as a recording's sound; of one that is made for `body`, where it is given. */
  async download(path: string, body?: object): Promise<Buffer> {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { authorization: this.#authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new ApiError(method, path, response.status, (await response.json()) as { code?: string });
    return Buffer.from(await response.arrayBuffer());
  }
}
