import { resolve } from 'node:path';
import { readSettings } from '@hookswitch/api/config/settings';
import { createLogger } from '@hookswitch/kernel/logger';

const help = `Usage: main.js [--help]

Starts the platform with the settings of the environment (docs/settings.md). Roles: ROLES=http,calls,workers,routing, or ROLES=media alone.
SIGINT or SIGTERM stops it: new calls are refused, those up get DRAIN_SECONDS, then everything is closed. A second one ends it at once.`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(help);
    return;
  }
  const settings = readSettings(process.env);
  const logger = createLogger({ level: settings.logLevel });
  const dataFolder = resolve(settings.dataFolder);
  // Each loads what it needs: a media process has no use for stores, queues and SIP.
  if (settings.roles.includes('media')) {
    const { runMedia } = await import('./run-media.js');
    await runMedia(settings, dataFolder, logger);
  } else {
    const { runPlatform } = await import('./run-platform.js');
    await runPlatform(settings, dataFolder, logger);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
