import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import { mostMembers, mostSpeakers } from '@hookswitch/media/port/conference';
import { type ConferenceName, conferenceKey, isThere } from './conference.js';
import type { ConferenceBook } from './conference-book.js';
import { reconnecting } from './conference-changes.js';
import type { ConferenceClaims } from './conference-claims.js';
import { ConferenceElsewhereError } from './conference-errors.js';
import { ConferenceWriter } from './conference-writer.js';
import { HostedConference } from './hosted-conference.js';

/** A claim outlives so long without being renewed, milliseconds. */
const claimTtlMs = 4000;

export interface ConferenceHostDeps {
  readonly nodeId: string;
  readonly claims: ConferenceClaims;
  readonly book: ConferenceBook;
  readonly engine: Pick<CallEngine, 'conference'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This node mixes one more. */
  readonly onHosted: () => void;
  /** It lost its process, and calls of these other nodes are to come again. */
  readonly onReopened: (of: ConferenceName, nodeIds: ReadonlySet<string>) => void;
}

interface Hosted {
  readonly of: ConferenceName;
  readonly opened: Promise<HostedConference>;
  conference: HostedConference | undefined;
}

/** The conferences that this node mixes. */
export class ConferenceHost {
  readonly #deps: ConferenceHostDeps;
  readonly #hosted = new Map<string, Hosted>();

  constructor(deps: ConferenceHostDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#hosted.size;
  }

  /** Whose the conference is: this node's, where nobody had it. */
  async claim(of: ConferenceName): Promise<string> {
    return this.#deps.claims.claim(of, this.#deps.nodeId, claimTtlMs);
  }

  /** The conference that this node has claimed. Rejects where its record cannot be had, or it is just over. */
  async open(of: ConferenceName): Promise<HostedConference> {
    const key = conferenceKey(of);
    const known = this.#hosted.get(key);
    const hosted = known ?? this.#begin(key, of);
    const conference = await hosted.opened;
    if (conference.isOver) throw new ConferenceElsewhereError(of.name);
    return conference;
  }

  /** One that this node mixes. @throws ConferenceElsewhereError */
  async find(of: ConferenceName): Promise<HostedConference> {
    if (!this.#hosted.has(conferenceKey(of))) throw new ConferenceElsewhereError(of.name);
    return this.open(of);
  }

  /** Goes on with those that an earlier process of this node mixed and calls of other nodes are in: nobody here may come to them. */
  async reopen(): Promise<void> {
    const { book, nodeId } = this.#deps;
    for (const conference of await book.mixedOn(nodeId)) {
      const elsewhere = conference.participants.some((one) => isThere(one) && one.nodeId !== nodeId);
      if (elsewhere && (await this.claim(conference)) === nodeId) await this.open(conference);
    }
  }

  /** Keeps the claims. Whatever another node has by now is given up. */
  async renewClaims(): Promise<void> {
    const { claims, nodeId } = this.#deps;
    const names = [...this.#hosted.values()].map(({ of }) => of);
    for (const lost of await claims.renew(names, nodeId, claimTtlMs)) {
      this.#hosted.get(conferenceKey(lost))?.conference?.giveUp();
    }
  }

  /** The nodes whose calls are in its conferences. */
  get otherNodes(): ReadonlySet<string> {
    return new Set(this.#open.flatMap(({ otherNodes }) => [...otherNodes]));
  }

  nodeLost(nodeId: string): void {
    for (const conference of this.#open) conference.nodeLost(nodeId);
  }

  /** Gives every conference up, for other nodes to go on with. */
  async close(): Promise<void> {
    const { claims, nodeId } = this.#deps;
    const all = [...this.#hosted.values()];
    for (const { of, conference } of all) {
      await claims.release(of, nodeId).catch(() => undefined);
      conference?.giveUp();
    }
  }

  get #open(): readonly HostedConference[] {
    return [...this.#hosted.values()].flatMap(({ conference }) => conference ?? []);
  }

  #begin(key: string, of: ConferenceName): Hosted {
    const hosted: Hosted = { of, conference: undefined, opened: this.#openRecord(key, of) };
    this.#hosted.set(key, hosted);
    hosted.opened.then(
      (conference) => {
        hosted.conference = conference;
        this.#deps.onHosted();
      },
      () => this.#forget(key, hosted),
    );
    return hosted;
  }

  async #openRecord(key: string, of: ConferenceName): Promise<HostedConference> {
    const { nodeId, book, engine, clock, logger, onReopened } = this.#deps;
    const conference = await book.open(of, nodeId);
    const elsewhere = new Set(reconnecting(conference).map((one) => one.nodeId));
    elsewhere.delete(nodeId);
    if (elsewhere.size > 0) onReopened(of, elsewhere);
    const room = engine.conference({ maxSpeakers: mostSpeakers, maxMembers: mostMembers });
    return new HostedConference(conference, room, {
      clock,
      writer: new ConferenceWriter(conference, { book, clock, logger }),
      onOver: () => this.#forget(key, this.#hosted.get(key)),
    });
  }

  #forget(key: string, hosted: Hosted | undefined): void {
    if (!hosted || this.#hosted.get(key) !== hosted) return;
    this.#hosted.delete(key);
    const { claims, nodeId, logger } = this.#deps;
    claims.release(hosted.of, nodeId).catch((error: unknown) => {
      logger.warn({ err: error }, 'The claim on a conference could not be given up; it runs out by itself.');
    });
  }
}
