import type { FlowContact } from '../../scripting/flow/flow-contact.js';
import type { FlowSimulation } from './simulation.js';

/** What becomes of the caller's contact. */
export class SimulatedContact implements FlowContact {
  readonly id = 'simulation';
  readonly keys: { key: string; label: string }[] = [];
  rating: { key: string; label: string } | undefined;
  voicemailSeconds: number | undefined;
  requested: FlowSimulation['contact']['callback'];
  #said: 'ivrEnd' | 'notWorkTime' | 'noSeatOnline' = 'ivrEnd';
  #rings = false;
  #queue: 'never' | 'waiting' | 'forwarded' | 'talked' = 'never';

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

  /** The call is in a queue, talks to an agent, or to an outside line. */
  queued(state: 'waiting' | 'forwarded' | 'talked'): void {
    if (this.#queue !== 'talked') this.#queue = state;
  }

  /** An outside line is called, or not any more. */
  rings(now: boolean): void {
    this.#rings = now;
  }

  /** @param by who ended the call */
  endCode(by: FlowSimulation['end']['by']): string {
    if (this.#queue === 'talked') return 'ok';
    if (this.#queue === 'forwarded') return 'outboundForward';
    if (by === 'failure') return 'error';
    if (this.#rings) return 'ringingGiveUp';
    if (this.#queue === 'waiting') return 'waitingGiveUp';
    return by === 'caller' && this.#said === 'ivrEnd' ? 'ivrGiveUp' : this.#said;
  }
}
