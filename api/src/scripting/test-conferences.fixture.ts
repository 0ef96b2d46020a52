import type { CallConferences, ConferenceEnd, ConferenceStay, JoinConference } from './script-context.js';

/** Conferences that do what the test says. */
export class TestConferences implements CallConferences {
  readonly joins: JoinConference[] = [];
  readonly left: string[] = [];
  readonly #waiting = new AbortController();
  #end: (end: ConferenceEnd) => void = () => {};

  join(request: JoinConference): ConferenceStay {
    this.joins.push(request);
    const over = new Promise<ConferenceEnd>((resolve) => {
      this.#end = resolve;
    });
    return {
      over,
      leave: (because) => {
        this.left.push(because);
        this.end(because);
      },
    };
  }

  /** The call has nobody to hear. */
  waits(): void {
    void this.joins.at(-1)?.wait(this.#waiting.signal);
  }

  /** Somebody came. */
  talks(): void {
    this.#waiting.abort();
  }

  end(how: ConferenceEnd['how'], more: Partial<ConferenceEnd> = {}): void {
    this.#waiting.abort();
    this.#end({ how, durationSeconds: 5, conferenceId: 'CF1', ...more });
  }
}
