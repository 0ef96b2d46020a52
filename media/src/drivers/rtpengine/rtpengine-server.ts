import type { Clock } from '@hookswitch/kernel/clock';
import type { RelayFailure, RelayHealth, RelayLoad } from '../../port/media-relay.js';
import type { BencodedDictionary } from './bencode.js';
import { loadOf, type NgOutcome, outcomeOf, uptimeOf } from './ng-answers.js';
import { NgClient, NgFailure } from './ng-client.js';
import type { RtpengineAddress, RtpengineSettings } from './rtpengine-settings.js';

/** What a look at a server found. */
export type ServerSighting = 'answers' | 'restarted' | 'silent' | 'gone';

/** Looks that fail one after the other until no new session goes there, or until its sessions are given up where its machine refuses. */
const failedLooksUntilDown = 2;

/** One rtpengine: whether it answers, and what went wrong. */
export class RtpengineServer {
  readonly address: string;
  readonly weight: number;
  readonly #client: NgClient;
  readonly #clock: Clock;
  readonly #failures: Record<RelayFailure, number> = {
    timeout: 0,
    busy: 0,
    full: 0,
    refused: 0,
    malformed: 0,
    lost: 0,
  };
  /** Sessions whose delete found no answer: deleted once it answers again. */
  readonly #undeleted = new Set<string>();
  #failedLooks = failedLooksUntilDown;
  #startedAt: number | undefined;
  #load: RelayLoad | undefined;
  sessions = 0;
  /** It takes no new sessions. */
  drained = false;

  constructor({ host, port, weight }: RtpengineAddress, settings: RtpengineSettings) {
    this.address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.weight = weight;
    this.#clock = settings.clock;
    this.#client = new NgClient({
      ...settings,
      open: (receiver) => settings.open(host, port, receiver),
    });
  }

  /** It answers. */
  get up(): boolean {
    return this.#failedLooks < failedLooksUntilDown;
  }

  get health(): RelayHealth {
    return {
      address: this.address,
      up: this.up,
      drained: this.drained,
      weight: this.weight,
      sessions: this.sessions,
      outstanding: this.#client.outstanding,
      ...(this.#load ? { load: this.#load } : {}),
      failures: { ...this.#failures },
    };
  }

  /** Asks it something. Rejects with `NgFailure`. */
  async ask(command: BencodedDictionary): Promise<NgOutcome> {
    try {
      const outcome = outcomeOf(await this.#client.ask(command));
      if (outcome.kind === 'full' || outcome.kind === 'refused' || outcome.kind === 'malformed')
        this.count(outcome.kind);
      return outcome;
    } catch (error) {
      if (error instanceof NgFailure) {
        if (error.kind === 'refused') this.count('timeout');
        else if (error.kind !== 'closed') this.count(error.kind);
      }
      throw error;
    }
  }

  count(failure: RelayFailure): void {
    this.#failures[failure] += 1;
  }

  /** Keeps a session in mind that may be there though we could not delete it. */
  owesDelete(callId: string): void {
    if (this.#undeleted.size < 10_000) this.#undeleted.add(callId);
  }

  /** Sessions to delete now that it answers; forgets them. */
  takeOwedDeletes(): string[] {
    const owed = [...this.#undeleted];
    this.#undeleted.clear();
    return owed;
  }

  /** Looks whether it answers, and whether it is still the one that ran before. */
  async look(): Promise<ServerSighting> {
    try {
      const outcome = await this.ask({ command: 'statistics' });
      const uptime = outcome.kind === 'ok' ? uptimeOf(outcome.answer) : undefined;
      if (outcome.kind !== 'ok' || uptime === undefined) return this.#failed(false);
      this.#load = loadOf(outcome.answer);
      this.#failedLooks = 0;
      return this.#isAnother(uptime) ? 'restarted' : 'answers';
    } catch (error) {
      // It may have moved to another address by the time of the next look.
      this.#client.reopen();
      return this.#failed(error instanceof NgFailure && error.kind === 'refused');
    }
  }

  close(): void {
    this.#client.close();
  }

  /** Uptime is told in whole seconds; another process began at least a second later. */
  #isAnother(uptimeSeconds: number): boolean {
    const startedAt = this.#clock.now() - uptimeSeconds * 1000;
    const known = this.#startedAt;
    this.#startedAt = known === undefined ? startedAt : Math.min(known, startedAt);
    if (known === undefined || startedAt - known < 2_000) return false;
    this.#startedAt = startedAt;
    return true;
  }

  #failed(refused: boolean): ServerSighting {
    this.#failedLooks += 1;
    return refused && !this.up ? 'gone' : 'silent';
  }
}
