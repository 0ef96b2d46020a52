import type { LegState } from './leg-state.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { SwitchLeg } from './switch-leg.js';

/** An answered leg of the process that was this node before. Its channel is treated as one that took the place of its own. */
export class RestoredLeg extends SwitchLeg {
  readonly direction: LegState['direction'];
  protected readonly ownChannelId = undefined;
  protected readonly ownChannels = [];

  constructor(callId: string, state: LegState, around: LegSurroundings) {
    super({ id: callId, facts: state.facts, status: 'answered' }, around);
    this.direction = state.direction;
    this.restore(state);
  }

  ring(): void {}

  async earlyMedia(): Promise<void> {}

  async answer(): Promise<void> {}

  reject(): void {}

  protected endOwnChannels(): void {}

  protected leaveOwnChannels(): () => void {
    return () => undefined;
  }

  protected ownChannelLost(): void {}
}
