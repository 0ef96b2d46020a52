import type { CallFacts } from '../../../port/live-call.js';
import { EmbeddedLeg, type FormerLeg } from '../embedded-leg.js';
import type { LegSurroundings } from '../leg-surroundings.js';

/** An answered leg of a former process: it began with no session of its own, and goes on with the one it is given. */
export class RestoredLeg extends EmbeddedLeg {
  readonly direction: 'inbound' | 'outbound';
  readonly isToOurPhone: boolean;
  protected readonly ownDescription = undefined;
  protected readonly ownSessionId = undefined;
  protected readonly openSessionIds = [];
  protected readonly ownAddress = '';
  protected readonly ownEndpointId = undefined;

  constructor({ id, facts, ...init }: RestoredLegInit, around: LegSurroundings) {
    super({ id, facts, status: 'answered', legId: init.former.media.legId, former: init.former }, around);
    this.direction = init.direction;
    this.isToOurPhone = init.isToOurPhone;
  }

  /** Nothing of this on an answered leg. */
  ring(): void {}

  async earlyMedia(): Promise<void> {}

  async answer(): Promise<void> {}

  reject(): void {}

  protected handleOwn(): void {}

  protected endSignalling(): void {}
}

export interface RestoredLegInit {
  readonly id: string;
  readonly facts: CallFacts;
  readonly direction: 'inbound' | 'outbound';
  readonly isToOurPhone: boolean;
  readonly former: FormerLeg;
}
