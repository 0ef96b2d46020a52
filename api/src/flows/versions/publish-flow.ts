import type { Schema } from '@hookswitch/openapi/operations';
import { type Account, EditionRequiredError } from '../../accounts/index.js';
import { changeRecord } from '../../store/change-record.js';
import { DuplicateRecordError } from '../../store/tenant-collection.js';
import { timestamp } from '../../store/timestamp.js';
import type { FlowDraft } from '../document/flow-document.js';
import { type FlowReference, partsOfFlowRef } from '../document/references.js';
import type { Flow, FlowVersion } from '../flow.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowVersionTakenError, InvalidFlowError, PremiumFlowError } from '../flow-errors.js';
import { readDraft } from '../read-draft.js';
import { isPublishable, needsPremium, validateFlow } from '../validate/validate-flow.js';
import { every } from './every.js';
import { nextVersion } from './version-number.js';

const attempts = 5;

/**
 * Makes a version of the draft, and makes it the live one unless asked otherwise.
 * @throws FlowNotFoundError, EditionRequiredError, PremiumFlowError, InvalidFlowError, FlowVersionTakenError
 */
export async function publishFlow(
  deps: FlowDeps,
  account: Pick<Account, 'id' | 'edition'>,
  flowId: string,
  { number, note, live = true }: Schema<'PublishFlowRequest'>,
  publishedBy: string,
): Promise<{ readonly flow: Flow; readonly version: FlowVersion }> {
  if (account.edition !== 'premium' && (number !== undefined || !live))
    throw new EditionRequiredError('Giving versions numbers, or keeping them beside the live one,');
  const { flow, stored } = await readDraft(deps, account.id, flowId);
  const document = JSON.parse(stored.json) as FlowDraft;
  const checked = { accountId: account.id, flowId, edition: account.edition };
  const check = await validateFlow(document, checked, deps.flowReferences);
  if (needsPremium(check)) throw new PremiumFlowError(check.faults, document);
  if (!isPublishable(check)) throw new InvalidFlowError(check.faults, document);
  const named = { ...usesOf(check.references), publishedBy, ...(note !== undefined && { note }) };
  const version = await insertVersion(deps, flow, number, stored.json, named);
  if (!live) return { flow, version };
  return { flow: await makeLive(deps, flow, version.number), version };
}

/** Makes the version live whatever was before. */
export async function makeLive(
  { flows, clock }: Pick<FlowDeps, 'flows' | 'clock'>,
  flow: Flow,
  liveVersion: string,
): Promise<Flow> {
  const change = (record: Flow) => (record.liveVersion === liveVersion ? record : { ...record, liveVersion });
  return (await changeRecord(flows, clock, flow.accountId, flow.id, change)) ?? flow;
}

async function insertVersion(
  { flowVersions, flowDocuments, clock, newId }: FlowDeps,
  { id: flowId, accountId }: Flow,
  asked: string | undefined,
  json: string,
  named: Pick<FlowVersion, 'audioIds' | 'flowIds' | 'flowRefs' | 'publishedBy' | 'note'>,
): Promise<FlowVersion> {
  const now = timestamp(clock);
  const record = { id: newId('FV'), accountId, flowId, revision: 1, createdAt: now, updatedAt: now };
  // First what the version says: whoever sees the version can read it.
  await flowDocuments.insert({ ...record, json });
  for (let round = 1; ; round++) {
    const number = asked ?? nextVersion((await every(flowVersions, accountId, { flowId })).map((each) => each.number));
    const version: FlowVersion = { ...record, number, ...named };
    try {
      await flowVersions.insert(version);
      return version;
    } catch (error) {
      // Without a number of its own it takes the next one.
      if (error instanceof DuplicateRecordError && asked === undefined && round < attempts) continue;
      await flowDocuments.remove(accountId, record.id);
      throw error instanceof DuplicateRecordError ? new FlowVersionTakenError(number) : error;
    }
  }
}

/** What a version names that may be deleted while it is used. */
function usesOf(references: readonly FlowReference[]): Pick<FlowVersion, 'audioIds' | 'flowIds' | 'flowRefs'> {
  const idsOf = (kind: FlowReference['kind']) => [
    ...new Set(references.flatMap((each) => (each.kind === kind ? [each.id] : []))),
  ];
  const flowRefs = idsOf('flow');
  return {
    audioIds: idsOf('audio'),
    flowRefs,
    flowIds: [...new Set(flowRefs.map((ref) => partsOfFlowRef(ref).flowId))],
  };
}
