import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FreeSwitchDouble } from '../../peers/freeswitch-double/freeswitch-double.js';
import { useWorld, type WorldOptions } from '../world.js';

/** A platform on the FreeSWITCH protocol double. `when` waits for a condition, and fails with what the double could not do. */
export async function useDoubleWorld(options: WorldOptions) {
  const double = await new FreeSwitchDouble().open();
  const folder = mkdtempSync(join(tmpdir(), 'sounds-'));
  const on = useWorld({
    ...options,
    settings: {
      MEDIA_ENGINE: 'freeswitch',
      FREESWITCH_ESL: `127.0.0.1:${double.port}:${double.password}`,
      FREESWITCH_SOUNDS: folder,
      FREESWITCH_SIP: 'udp:127.0.0.1:5060',
      ...options.settings,
    },
  });
  afterAll(async () => {
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const when = (what: string, holds: () => boolean) =>
    on.world.eventually(what, async () => {
      if (double.failures.length > 0) throw double.failures[0];
      return holds() || undefined;
    });
  return { on, double, when };
}
