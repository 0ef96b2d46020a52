import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { FreeSwitchDouble } from '../../peers/freeswitch-double/freeswitch-double.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld, type WorldOptions } from '../world.js';

/** A double with the settings of its node, until the tests are over. */
async function useDouble() {
  const double = await new FreeSwitchDouble().open();
  const folder = mkdtempSync(join(tmpdir(), 'sounds-'));
  afterAll(async () => {
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const settings = {
    MEDIA_ENGINE: 'freeswitch',
    FREESWITCH_ESL: `127.0.0.1:${double.port}:${double.password}`,
    FREESWITCH_SOUNDS: folder,
    FREESWITCH_SIP: `udp:${double.sip}`,
  };
  return { double, settings };
}

/** `when` waits for a condition, and fails with what a double could not do. */
function whenOf(on: ReturnType<typeof useWorld>, doubles: readonly FreeSwitchDouble[]) {
  return (what: string, holds: () => boolean) =>
    on.world.eventually(what, async () => {
      for (const { failures } of doubles) if (failures.length > 0) throw failures[0];
      return holds() || undefined;
    });
}

/** A platform on the FreeSWITCH protocol double. */
export async function useDoubleWorld(options: WorldOptions) {
  const { double, settings } = await useDouble();
  const on = useWorld({ ...options, settings: { ...settings, ...options.settings } });
  return { on, double, when: whenOf(on, [double]) };
}

/** An installation of two media nodes, `media-1` and `media-2`, each on a double of its own; calls between the nodes go from double to double. */
export async function useTwoDoubles(options: WorldOptions) {
  const [first, second] = [await useDouble(), await useDouble()];
  first.double.reaches(second.double);
  second.double.reaches(first.double);
  const nodes = {
    ...options,
    settings: { ...options.settings, FREESWITCH_SIP: first.settings.FREESWITCH_SIP },
    settingsOf: (nodeId: string) => (nodeId === 'media-1' ? first : second).settings,
  };
  const cluster = new SeveralNodes(nodes);
  const on = useWorld(nodes, () => cluster.start());
  const doubles = [first.double, second.double] as const;
  return { on, cluster, doubles, when: whenOf(on, doubles) };
}
