import { createPrivateKey, X509Certificate } from 'node:crypto';
import { bad, type CheckResult, good, lacking } from './check.js';

export interface CertificateFacts {
  /** Variable names, for the advice. */
  readonly certificateSetting: string;
  readonly keySetting: string;
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
  /** Their text; undefined where they cannot be read. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly now: number;
}

const day = 86_400_000;

/** Whether a certificate and its key can serve TLS now. */
export function checkCertificate(name: string, facts: CertificateFacts): CheckResult {
  const { certificateSetting, keySetting, certificateFile, keyFile, certificate, key } = facts;
  if (certificateFile === undefined || keyFile === undefined) {
    return bad(name, 'TLS needs a certificate and its key.', `Set both ${certificateSetting} and ${keySetting}.`);
  }
  if (certificate === undefined)
    return bad(name, `${certificateFile} cannot be read.`, `Correct ${certificateSetting}.`);
  if (key === undefined) return bad(name, `${keyFile} cannot be read.`, `Correct ${keySetting}.`);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch {
    return bad(name, `${certificateFile} holds no PEM certificate.`, `Correct ${certificateSetting}.`);
  }
  try {
    if (!parsed.checkPrivateKey(createPrivateKey(key))) {
      return bad(
        name,
        `${keyFile} is not the key of ${certificateFile}.`,
        `Correct ${certificateSetting} or ${keySetting}.`,
      );
    }
  } catch {
    return bad(name, `${keyFile} holds no PEM private key without a passphrase.`, `Correct ${keySetting}.`);
  }
  const until = Date.parse(parsed.validTo);
  if (until < facts.now) return bad(name, `${certificateFile} expired on ${parsed.validTo}.`, 'Renew it.');
  return until < facts.now + 14 * day
    ? lacking(name, `${certificateFile} expires on ${parsed.validTo}.`, 'Renew it soon.')
    : good(name, `${certificateFile} is valid until ${parsed.validTo}.`);
}
