import type { Clock } from '@hookswitch/kernel/clock';
import type { EventContent, EventMessage } from '../operation/event-content.js';
import type { Principal } from '../operation/principal.js';
import type { EventStreams, StreamEvent, StreamName } from './event-streams.js';
import { followStream } from './follow-stream.js';
import { type SessionWatchDeps, watchSession } from './session-watch.js';
import type { StreamPlaces } from './stream-places.js';

/** A client is told so often that the stream lives: shorter than the idle time of the usual proxies. */
const aliveEveryMs = 15_000;

/** What the streams' HTTP faces need. */
export interface EventStreamDeps extends SessionWatchDeps {
  readonly clock: Clock;
  readonly places: StreamPlaces;
  /** Aborts when the process stops: clients connect elsewhere. */
  readonly stopping: AbortSignal;
}

/** Where a client wants to go on: after the number it names, else with what is new. */
export interface StreamStart {
  readonly lastEventId?: string | undefined;
  readonly after?: number | undefined;
}

/** Who hears that a client is there, again and again, and once that it is gone. */
export interface StreamHooks {
  readonly present: () => Promise<void>;
  readonly closed: () => Promise<void>;
}

/** A stream as an answer that ends with the session of who follows: first `ready`, then events; `missed` where some are gone; `displaced` last, where newer streams of the agent took its place. */
export function streamContent(
  deps: EventStreamDeps,
  name: StreamName,
  start: StreamStart,
  principal: Principal,
  hooks?: StreamHooks,
): EventContent {
  return { type: 'text/event-stream', follow: (gone) => messages(deps, name, start, principal, hooks, gone) };
}

async function* messages(
  deps: EventStreamDeps,
  name: StreamName,
  start: StreamStart,
  principal: Principal,
  hooks: StreamHooks | undefined,
  gone: AbortSignal,
): AsyncGenerator<EventMessage, void> {
  const place = deps.places.take(principal);
  const session = await watchSession(deps, principal);
  try {
    const signal = AbortSignal.any([gone, deps.stopping, session.signal, place.displaced]);
    if (!signal.aborted) yield* follow(deps, name, start, hooks, signal);
    if (place.displaced.aborted) yield { type: 'displaced', data: {} };
  } finally {
    place.leave();
    await session.stop();
  }
}

async function* follow(
  { streams, clock }: EventStreamDeps,
  name: StreamName,
  start: StreamStart,
  hooks: StreamHooks | undefined,
  signal: AbortSignal,
): AsyncGenerator<EventMessage, void> {
  const after = await startAfter(streams, name, start);
  await hooks?.present();
  try {
    yield { type: 'ready', data: { after } };
    for await (const news of followStream(streams, name, after, { clock, aliveEveryMs, signal })) {
      // What knew of the client may have been lost. A failure is made good by the next time.
      if (news === 'alive' || news.missed) hooks?.present().catch(() => {});
      if (news === 'alive') yield { type: 'alive' };
      else {
        if (news.missed) yield { type: 'missed', data: {} };
        yield* news.events.map(messageOf);
      }
    }
  } finally {
    await hooks?.closed();
  }
}

async function startAfter(
  streams: EventStreams,
  name: StreamName,
  { lastEventId, after }: StreamStart,
): Promise<number> {
  if (lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  return after ?? streams.newest(name);
}

function messageOf({ number, type, at, data }: StreamEvent): EventMessage {
  return { number, type, data: { at: new Date(at).toISOString(), ...data } };
}
