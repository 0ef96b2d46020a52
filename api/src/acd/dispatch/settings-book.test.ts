import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it, vi } from 'vitest';
import { type CentreSettings, defaultCentreSettings } from '../../contact-centre/centre-settings.js';
import { SettingsBook } from './settings-book.js';

const settings = (ringTimeoutSeconds: number): CentreSettings => ({
  ...defaultCentreSettings,
  accountId: 'AC1',
  ringTimeoutSeconds,
});

async function open() {
  const clock = new ManualClock();
  const usableAgain = vi.fn();
  let answer = () => Promise.resolve(settings(15));
  const settingsOf = () => answer();
  const book = await SettingsBook.open({
    accountId: 'AC1',
    settingsOf,
    settingsKeptMs: 1000,
    clock,
    logger: silentLogger,
    usableAgain,
  });
  const now = (next: typeof answer) => {
    answer = next;
  };
  return { book, clock, usableAgain, now };
}

describe('the settings that routing decides by', () => {
  it('are read again beside the work while calls come and go', async () => {
    const { book, clock, now } = await open();
    now(async () => settings(20));
    clock.advance(1000);
    expect([book.usable(), book.settings.ringTimeoutSeconds]).toEqual([true, 15]);
    await vi.waitFor(() => expect(book.settings.ringTimeoutSeconds).toBe(20));
  });

  it('are read before they are used after a quiet time', async () => {
    const { book, clock, usableAgain, now } = await open();
    now(async () => settings(20));
    clock.advance(60_000);
    expect(book.usable()).toBe(false);
    await vi.waitFor(() => expect(usableAgain).toHaveBeenCalled());
    expect([book.usable(), book.settings.ringTimeoutSeconds]).toEqual([true, 20]);
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error('no database'))],
    ['do not come', () => new Promise<CentreSettings>(() => {})],
  ])('that %s hold nobody up: those that are known count', async (_name, answer) => {
    const { book, clock, usableAgain, now } = await open();
    now(answer);
    clock.advance(60_000);
    expect(book.usable()).toBe(false);
    clock.advance(500);
    await vi.waitFor(() => expect(usableAgain).toHaveBeenCalled());
    expect([book.usable(), book.settings.ringTimeoutSeconds]).toEqual([true, 15]);
  });
});
