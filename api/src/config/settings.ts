import { BaseError } from '@hookswitch/kernel/base-error';
import type { Setting } from './setting.js';
import { settingsTable } from './settings-table.js';

/** Every setting's value, by its name in the table. */
export type Settings = {
  readonly [Name in keyof typeof settingsTable]: (typeof settingsTable)[Name] extends Setting<infer Value>
    ? Value
    : never;
};

/** Some variables cannot be read. The message names each, one a line. */
export class InvalidSettingsError extends BaseError {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      'invalid',
      'invalid-settings',
      `These settings cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

/**
 * Reads the settings from environment variables. An empty variable counts as absent.
 * @throws InvalidSettingsError naming every variable that is wrong
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { env, default: standard, parse, secret }] of entries()) {
    const given = environment[env] === '' ? undefined : environment[env];
    const text = given ?? standard;
    try {
      values[name] = text === undefined ? undefined : parse(text);
    } catch (error) {
      faults.push(`${env} ${(error as Error).message}${secret ? '' : `, not "${text}"`}`);
    }
  }
  if (faults.length > 0) throw new InvalidSettingsError(faults);
  return values as Settings;
}

/** The defaults, with changes: for tests and the simulation. */
export function settingsWith(changes: Partial<Settings> = {}): Settings {
  return { ...readSettings({}), ...changes };
}

/** `.env.example`: every setting, its sentence and its default, all commented out. */
export function printEnvExample(): string {
  return entries()
    .map(([, { env, sentence, default: standard }]) => `# ${sentence}\n#${env}=${standard ?? ''}\n`)
    .join('\n');
}

/** The reference page of the settings, in Markdown. */
export function printSettingsReference(): string {
  const rows = entries().map(
    ([, { env, sentence, default: standard }]) => `| \`${env}\` | ${sentence} | ${standard ? `\`${standard}\`` : ''} |`,
  );
  return ['# Settings', '', '| variable | what it does | default |', '|---|---|---|', ...rows, ''].join('\n');
}

function entries(): [string, Setting<unknown>][] {
  return Object.entries(settingsTable) as [string, Setting<unknown>][];
}
