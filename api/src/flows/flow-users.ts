import type { CentreSettings } from '../contact-centre/index.js';
import type { PhoneNumberStore } from '../numbers/index.js';
import type { FlowUser } from './flow-deps.js';
import { every } from './versions/every.js';

export interface FlowUsersDeps {
  readonly numbers: Pick<PhoneNumberStore, 'list'>;
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
      version === undefined ? namesOf(await centreSettingsOf(accountId), flowId) : [],
  ];
}

/** The fields of the settings, however deep, that hold this id. */
function namesOf(settings: object, flowId: string, path = ''): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]): readonly string[] => {
    if (value === flowId) return [`the contact centre's setting ${path}${name}`];
    return typeof value === 'object' && value !== null ? namesOf(value, flowId, `${path}${name}.`) : [];
  });
}
