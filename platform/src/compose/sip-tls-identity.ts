import { readFileSync } from 'node:fs';
import type { Settings } from '@hookswitch/api/config/settings';

/** Who this node is on SIP over TLS and wss. Throws with a sentence where the settings do not say. */
export function sipTlsIdentity(settings: Settings): { cert: string; key: string } {
  const { sipTlsCertificateFile, sipTlsKeyFile } = settings;
  if (sipTlsCertificateFile === undefined || sipTlsKeyFile === undefined) {
    throw new Error(
      'SIP_LISTEN or FREESWITCH_FRONT names tls or wss: set SIP_TLS_CERTIFICATE_FILE and SIP_TLS_KEY_FILE.',
    );
  }
  return { cert: readFileSync(sipTlsCertificateFile, 'utf8'), key: readFileSync(sipTlsKeyFile, 'utf8') };
}
