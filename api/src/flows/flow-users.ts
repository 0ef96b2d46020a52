import type { CentreSettings } from '../contact-centre/index.js';
import type { TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { FlowUser } from './flow-deps.js';
import { settingsNaming } from './settings-naming.js';
import { every } from './versions/every.js';

/** What is looked at of a number. */
interface NumberWithFlows extends TenantRecord {
  readonly number: string;
  readonly flowId?: string;
  readonly flowVersion?: string;
  readonly closedFlowId?: string;
  readonly closedFlowVersion?: string;
}

export interface FlowUsersDeps {
  readonly numbers: Pick<TenantCollection<NumberWithFlows>, 'list'>;
  readonly centreSettingsOf: (accountId: string) => Promise<CentreSettings>;
}

/** Everything outside of flows that may name one. */
export function flowUsers({ numbers, centreSettingsOf }: FlowUsersDeps): readonly FlowUser[] {
  return [
    async (accountId, { flowId, version }) => {
      const flowVersion = version === undefined ? {} : { flowVersion: version };
      const closedFlowVersion = version === undefined ? {} : { closedFlowVersion: version };
      const found = await Promise.all([
        every(numbers, accountId, { flowId, ...flowVersion }),
        every(numbers, accountId, { closedFlowId: flowId, ...closedFlowVersion }),
      ]);
      return [...new Set(found.flat().map(({ number }) => `the number ${number}`))];
    },
    // Settings name no versions.
    async (accountId, { flowId, version }) =>
      version === undefined ? settingsNaming(await centreSettingsOf(accountId), flowId) : [],
  ];
}
