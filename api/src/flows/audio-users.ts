import type { CentreSettings } from '../contact-centre/index.js';
import type { DigitTemplateStore } from '../digit-templates/index.js';
import { settingsNaming } from './settings-naming.js';
import { every } from './versions/every.js';
import { type RunningVersionsDeps, runningVersions } from './versions/running-versions.js';

export interface AudioUsersDeps extends RunningVersionsDeps {
  readonly digitTemplates: Pick<DigitTemplateStore, 'list'>;
  readonly centreSettingsOf: (accountId: string) => Promise<CentreSettings>;
}

/** What uses a sound of an account: flows that run, settings, digit collection templates. In words for the user. */
export function audioUsers(deps: AudioUsersDeps): (accountId: string, audioId: string) => Promise<readonly string[]> {
  return async (accountId, audioId) => {
    const templates = await every(deps.digitTemplates, accountId, {});
    return [
      ...(await runningVersions(deps, accountId, { audioIds: { contains: audioId } })),
      ...settingsNaming(await deps.centreSettingsOf(accountId), audioId),
      ...templates
        .filter(({ prompt }) => 'audioId' in prompt && prompt.audioId === audioId)
        .map(({ name }) => `the digit collection template ${name}`),
    ];
  };
}
