import { WebSocket } from 'ws';
import { History } from './history.js';

/** An event of a contact centre's stream as a client gets it. */
export interface StreamedEvent {
  /** Absent for `ready`, `missed` and `displaced`. */
  readonly number?: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FollowOptions {
  /** Where the stream is: `http://…/v1/agents/…/events`. */
  readonly url: string;
  readonly token: string;
  /** The id of the last event that the client has: it goes on after it. */
  readonly lastEventId?: number;
}

/** A client of an event stream, over server-sent events or WebSocket. It shares no code with the product. */
export class EventStreamClient {
  readonly events = new History<StreamedEvent>('events', ({ type, number }) => `${number ?? '-'} ${type}`);
  /** Resolves when the stream is over, whoever ended it; with the error, where it broke. */
  readonly over: Promise<unknown>;
  readonly #close: () => void;

  private constructor(
    connect: (take: (event: StreamedEvent) => void) => { over: Promise<unknown>; close: () => void },
  ) {
    const { over, close } = connect((event) => this.events.add(event));
    this.over = over;
    this.#close = close;
  }

  /** Resolves when the stream said `ready`. Rejects where it is refused. */
  static async overHttp({ url, token, lastEventId }: FollowOptions): Promise<EventStreamClient> {
    const gone = new AbortController();
    const from = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}`, ...from }, signal: gone.signal });
    if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    const { body } = answer;
    return new EventStreamClient((take) => ({
      over: readEvents(body, take).catch((error: unknown) => error),
      close: () => gone.abort(),
    })).#ready();
  }

  /** As `overHttp`, as browsers do: the token among the subprotocols, where to go on in the query. */
  static async overWebSocket({ url, token, lastEventId }: FollowOptions): Promise<EventStreamClient> {
    const query = lastEventId === undefined ? '' : `?after=${lastEventId}`;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${query}`, ['hookswitch', `bearer.${token}`]);
    const client = new EventStreamClient((take) => {
      socket.on('message', (data) => take(JSON.parse(String(data)) as StreamedEvent));
      socket.on('error', () => {});
      return {
        over: new Promise<void>((resolve) => socket.once('close', () => resolve())),
        close: () => socket.terminate(),
      };
    });
    return client.#ready();
  }

  /** Number of the newest event that came; 0 where none did. */
  get last(): number {
    return this.events.all.findLast(({ number }) => number !== undefined)?.number ?? 0;
  }

  /** The kinds of what came so far, in order, without what a stream says of itself. */
  get types(): string[] {
    return this.events.all.filter(({ number }) => number !== undefined).map(({ type }) => type);
  }

  /** Resolves with the first event of this type that matches. */
  event(type: string, matches: (data: StreamedEvent['data']) => boolean = () => true): Promise<StreamedEvent> {
    return this.events.first(`the event ${type}`, (event) => event.type === type && matches(event.data));
  }

  /** Leaves without a word. */
  close(): void {
    this.#close();
  }

  async #ready(): Promise<this> {
    const ready = this.events.first('ready', ({ type }) => type === 'ready' || type === 'displaced');
    const over = this.over.then((cause) => {
      throw new Error('the stream was over before it said ready', { cause });
    });
    await Promise.race([ready, over]);
    return this;
  }
}

/** Reads server-sent events (HTML Standard 9.2) as far as these streams use them. */
async function readEvents(body: ReadableStream<Uint8Array>, take: (event: StreamedEvent) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0]!, line.replace(/^\w*: /, '')]));
      const type = fields.get('event');
      if (type === undefined) continue;
      const id = fields.get('id');
      take({ ...(id === undefined ? {} : { number: Number(id) }), type, data: JSON.parse(fields.get('data')!) });
    }
  }
}
