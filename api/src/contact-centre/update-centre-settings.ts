import type { Clock } from '@hookswitch/kernel/clock';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { type AudioStore, checkAudio } from '../audio/index.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import type { SecretBox } from '../secrets/index.js';
import { changeRecord } from '../store/change-record.js';
import { DuplicateRecordError, type TenantCollection, type TenantRecord } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { withChange } from '../store/with-change.js';
import {
  type CentreSettings,
  type CentreSettingsStore,
  defaultCentreSettings,
  laterCentreSettings,
} from './centre-settings.js';
import { checkCentreSettings } from './check-centre-settings.js';

/** What the use cases on a centre's settings need. */
export interface ContactCentreDeps {
  readonly centreSettings: CentreSettingsStore;
  readonly audio: Pick<AudioStore, 'get'>;
  /** The account's flows; all that is asked is whether one is there. */
  readonly flows: Pick<TenantCollection<TenantRecord>, 'get'>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
}

/** @throws InvalidRequestError, EditionRequiredError, StaleRecordError */
export async function updateCentreSettings(
  deps: ContactCentreDeps,
  account: Pick<Account, 'id' | 'edition'>,
  change: Schema<'UpdateContactCentreRequest'>,
): Promise<CentreSettings> {
  for (const field of ['holdAudioId', 'waitingAudioId'] as const) {
    await checkAudio(deps.audio, account.id, change[field], `/${field}`);
  }
  await checkSurveys(deps, account.id, change);
  const { numberProtection, ...rest } = change;
  const apply = <T extends CentreSettings>(settings: T): T => {
    const changed = {
      ...withChange<CentreSettings>({ ...laterCentreSettings, ...settings }, rest),
      ...(numberProtection && {
        numberProtection: protectionWith(numberProtection, settings, account.id, deps.secretBox),
      }),
    } as T;
    checkCentreSettings(changed, account.edition);
    return changed;
  };
  const changed = await changeRecord(deps.centreSettings, deps.clock, account.id, account.id, apply);
  return changed ?? (await storeFirst(deps, account, change, apply));
}

async function checkSurveys(
  { flows }: Pick<ContactCentreDeps, 'flows'>,
  accountId: string,
  change: Schema<'UpdateContactCentreRequest'>,
): Promise<void> {
  for (const field of ['surveyFlowId', 'inboundSurveyFlowId'] as const) {
    const flowId = change[field];
    if (typeof flowId !== 'string' || (await flows.get(accountId, flowId))) continue;
    throw new InvalidRequestError([{ pointer: `/${field}`, message: "must be the id of one of the account's flows" }]);
  }
}

async function storeFirst(
  deps: ContactCentreDeps,
  account: Pick<Account, 'id' | 'edition'>,
  change: Schema<'UpdateContactCentreRequest'>,
  apply: (settings: CentreSettings) => CentreSettings,
): Promise<CentreSettings> {
  const now = timestamp(deps.clock);
  const settings = apply({ accountId: account.id, ...defaultCentreSettings });
  try {
    const record = { ...settings, id: account.id, revision: 1, createdAt: now, updatedAt: now };
    await deps.centreSettings.insert(record);
    return record;
  } catch (error) {
    // Another request stored the first ones in between.
    if (error instanceof DuplicateRecordError) return updateCentreSettings(deps, account, change);
    throw error;
  }
}

/** The mapping's password is sealed; a mapping left away stays. */
function protectionWith(
  { inbound, outbound, mapping }: Schema<'NumberProtectionRequest'>,
  settings: CentreSettings,
  accountId: string,
  secretBox: SecretBox,
): CentreSettings['numberProtection'] {
  const kept = settings.numberProtection.mapping;
  const given =
    mapping === undefined
      ? kept
      : mapping === null
        ? undefined
        : {
            url: mapping.url,
            username: mapping.username,
            sealedPassword: secretBox.seal(mapping.password, accountId),
          };
  return { inbound, outbound, ...(given && { mapping: given }) };
}
