import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import type { LiveCentreStore } from '../acd/index.js';
import type { AgentDirectory } from '../agents/index.js';
import type { AreaOf } from '../areas/index.js';
import type { FamilyCalls } from '../calls/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { ContactStore, Contacts } from '../contacts/index.js';
import type { NumberMapper } from '../number-protection/index.js';
import type { CalleeHistory } from './callee-history.js';
import type { CallerIds } from './caller-ids.js';

/** What an agent, or a program on an agent's behalf, asks to call. Plain data: it may come from another process. */
export interface PlaceContact {
  /** Made by whoever asks, so that the contact can be looked up where the answer is lost. */
  readonly contactId: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly to: CallTarget;
  readonly remark?: string;
  /** Free data, at most 1,024 bytes. */
  readonly uui?: string;
  readonly skillGroupId?: string;
  /** Numbers of ours to show, tried in this order. Default: one that the centre's rule picks. */
  readonly callerIds?: readonly string[];
  readonly numberGroupIds?: readonly string[];
  /** Whether the agent's SIP phone answers by itself. */
  readonly automatic: boolean;
  /** Over the agent's mobile; default as the agent's record says. */
  readonly overMobile?: boolean;
  /** The agent works in a mini-program. */
  readonly miniProgram?: boolean;
}

export type CallTarget =
  /** What was typed: a number, or an id where numbers are mapped (`real`: a number all the same). */
  | { readonly kind: 'typed'; readonly text: string; readonly real: boolean }
  /** A customer known already: a redial. */
  | { readonly kind: 'known'; readonly number: string; readonly protectedId?: string }
  /** Another agent; `useMobile`: its mobile where it is offline. */
  | { readonly kind: 'colleague'; readonly agentId: string; readonly useMobile: boolean };

/** What calls that agents place are made with, on a node that owns an engine. */
export interface CallOutDeps {
  readonly nodeId: string;
  readonly contacts: ContactStore;
  readonly place: Contacts['place'];
  readonly calls: Pick<FamilyCalls, 'begin' | 'mayDial'>;
  readonly live: LiveCentreStore;
  readonly agents: Pick<AgentDirectory, 'get'>;
  readonly settingsOf: CentreSettingsOf;
  readonly callerIds: CallerIds;
  readonly areaOf: AreaOf;
  readonly calleeHistory: CalleeHistory;
  readonly numberMapper: NumberMapper;
  readonly clock: Clock;
  readonly random: Random;
}
