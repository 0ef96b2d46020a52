import { readFileSync } from 'node:fs';
import { printEnvExample, printSettingsReference } from '@hookswitch/api/config/settings';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const committed = (path: string) => readFileSync(new URL(path, root), 'utf8');

it('docs/settings.md is what the settings say (script/docs prints it)', () => {
  expect(committed('docs/settings.md')).toBe(printSettingsReference());
});

it('.env.example is what the settings say (script/docs prints it)', () => {
  expect(committed('.env.example')).toBe(printEnvExample());
});
