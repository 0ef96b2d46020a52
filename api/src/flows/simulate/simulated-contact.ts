import type { FlowContact } from '../run/flow-node.js';
import type { FlowSimulation } from './simulation.js';

/** What becomes of the caller's contact. */
export class SimulatedContact implements FlowContact {
  readonly id = 'simulation';
  readonly keys: { key: string; label: string }[] = [];
  rating: { key: string; label: string } | undefined;
  voicemailSeconds: number | undefined;
  requested: FlowSimulation['contact']['callback'];
  #said: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline' = 'ivrEnd';
  #queue: 'never' | 'waiting' | 'talked' = 'never';

  endsAs(code: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline'): void {
    this.#said = code;
  }

  pressed(key: string, label: string): void {
    this.keys.push({ key, label });
  }

  asksForRating(): void {
    this.rating ??= { key: 'noInput', label: '' };
  }

  rated(rating: { readonly key: string; readonly label: string }): void {
    this.rating = { ...rating };
  }

  voicemailBegins(): void {}

  voicemailEnded(_recordingId: string, durationSeconds: number): void {
    this.voicemailSeconds = durationSeconds;
  }

  async callback(request: { readonly number: string; readonly skillGroupId: string; readonly note?: string }) {
    this.requested = { ...request };
  }

  /** The call is in a queue, or talks to somebody. */
  queued(state: 'waiting' | 'talked'): void {
    if (this.#queue !== 'talked') this.#queue = state;
  }

  /** @param by who ended the call */
  endCode(by: FlowSimulation['end']['by']): string {
    if (this.#queue === 'talked') return 'ok';
    if (by === 'failure') return 'error';
    if (this.#queue === 'waiting') return 'waitingGiveUp';
    return by === 'caller' && this.#said === 'ivrEnd' ? 'ivrGiveUp' : this.#said;
  }
}
