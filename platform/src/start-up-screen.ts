import type { Settings } from '@hookswitch/api/config/settings';
import type { MediaRole } from './compose/media-role.js';
import type { Platform } from './compose/platform.js';

export interface StartUpScreen {
  readonly settings: Settings;
  readonly platform: Pick<Platform, 'httpUrl' | 'probesUrl' | 'sip'>;
  /** One line each: which server runs, and what it is good for. */
  readonly dataServers: readonly string[];
  readonly dataFolder: string;
  /** File with the first account's key, where there is one. */
  readonly firstKey: string | undefined;
}

/** What a person sees when the platform is up: what runs where, and the next thing to try. */
export function startUpScreen({ settings, platform, dataServers, dataFolder, firstKey }: StartUpScreen): string {
  const lines = ['', 'Hookswitch is up.', '', `  roles    ${settings.roles.join(', ')}`];
  if (platform.httpUrl) lines.push(`  API      ${platform.httpUrl}/v1 (description: ${platform.httpUrl}/openapi.json)`);
  if (platform.probesUrl) lines.push(`  probes   ${platform.probesUrl}/metrics, /readyz, /healthz`);
  for (const address of platform.sip) lines.push(`  SIP      ${address}`);
  if (platform.sip.length > 0) lines.push(`  sound    ${soundOf(settings)}`);
  for (const server of dataServers) lines.push(`  data     ${server}`);
  lines.push(`  files    ${dataFolder}`);
  if (platform.httpUrl && firstKey) {
    lines.push(
      '',
      `The first account's key is in ${firstKey}. Try:`,
      '',
      `  curl -H "Authorization: Bearer $(node -p 'JSON.parse(fs.readFileSync("${firstKey}")).apiKey')" ${platform.httpUrl}/v1/accounts`,
      '',
      'See a whole call happen with script/demo.',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The same of a process with the role `media`. */
export function mediaStartUpScreen({
  settings,
  role,
  dataFolder,
}: {
  readonly settings: Settings;
  readonly role: Pick<MediaRole, 'socket' | 'probesUrl'>;
  readonly dataFolder: string;
}): string {
  const lines = ['', 'Hookswitch is up.', '', '  roles    media'];
  if (role.probesUrl) lines.push(`  probes   ${role.probesUrl}/metrics, /readyz, /healthz`);
  lines.push(`  sound    ${udpPorts(settings)}`);
  lines.push(`  control  ${role.socket}: start the node with MEDIA_PLANE_SOCKET set to it`);
  lines.push(`  files    ${dataFolder}`);
  return `${lines.join('\n')}\n`;
}

function soundOf(settings: Settings): string {
  const { mediaPlaneSocket } = settings;
  return mediaPlaneSocket === undefined ? udpPorts(settings) : `by the media process at ${mediaPlaneSocket}`;
}

function udpPorts({ rtpPortLow, rtpPortHigh }: Settings): string {
  return `UDP ports ${rtpPortLow} to ${rtpPortHigh}`;
}
