/**
 * Between FreeSWITCH and far ends descriptions differ in the protocol of their sound, and in nothing else (`m=audio`): FreeSWITCH has words of its own for keys beside an offer in
 * the clear (RFC 8643) and for DTLS without ICE (RFC 5764).
 */

/** An offer of FreeSWITCH as far ends are to see it. Sound in the clear on the port of encrypted sound becomes keys beside a plain line: many phones take the first of two. */
export function offerOfBackend(sdp: string): string {
  const sections = sectionsOf(sdp);
  const twice = sections.find(
    (one) =>
      protocolOf(one) === 'RTP/SAVP' &&
      sections.some((other) => protocolOf(other) === 'RTP/AVP' && portOf(other) === portOf(one)),
  );
  return sections
    .filter((one) => twice === undefined || one === twice || portOf(one) !== portOf(twice))
    .map((one) => (one === twice ? withProtocol(one, 'RTP/AVP') : withProtocol(one, dtlsProtocol(one))))
    .join('');
}

/**
 * What a far end offers or answers, as FreeSWITCH is to see it: keys make SRTP of a plain line, feedback without ICE is none (it would wait for ICE), and what the session says of
 * DTLS stands at its sound, too (RFC 8122 5), where FreeSWITCH looks when encryption is demanded.
 */
export function ofFarEnd(sdp: string): string {
  const hasIce = /^a=ice-ufrag:/m.test(sdp);
  const [session = '', ...media] = sectionsOf(sdp);
  const ofSession = session.match(/^a=(?:fingerprint|setup):.*$/gm) ?? [];
  return [
    session,
    ...media.map((one) => {
      const protocol = protocolOf(one);
      if (protocol === undefined) return one;
      const plain = hasIce ? protocol : protocol.replace(/AVPF$/, 'AVP');
      const said = withProtocol(one, plain === 'RTP/AVP' && hasKeys(one) ? 'RTP/SAVP' : plain);
      const added = hasFingerprint(one) ? [] : ofSession;
      return said + added.map((line) => `${line.trimEnd()}\r\n`).join('');
    }),
  ].join('');
}

/** The protocols of a description's sound, in order. */
export function protocolsOf(sdp: string): readonly string[] {
  return sectionsOf(sdp).flatMap((one) => protocolOf(one) ?? []);
}

/** An answer in the protocols of its offer (RFC 3264 6). */
export function answerIn(sdp: string, protocols: readonly string[]): string {
  let at = 0;
  return sectionsOf(sdp)
    .map((one) => {
      if (protocolOf(one) === undefined) return one;
      const asked = protocols[at++];
      return asked === undefined ? one : withProtocol(one, asked);
    })
    .join('');
}

/** The session's part, then each media line with its own. */
function sectionsOf(sdp: string): string[] {
  return sdp.split(/^(?=m=)/m);
}

const soundLine = /^m=audio (\d+) (\S+)/;

function protocolOf(section: string): string | undefined {
  return soundLine.exec(section)?.[2];
}

function portOf(section: string): string | undefined {
  return soundLine.exec(section)?.[1];
}

function withProtocol(section: string, protocol: string): string {
  return section.replace(soundLine, `m=audio $1 ${protocol}`);
}

/** FreeSWITCH says RTP/AVP where it offers DTLS to who has no ICE. */
function dtlsProtocol(section: string): string {
  const protocol = protocolOf(section) ?? '';
  const byDtls = protocol === 'RTP/AVP' && hasFingerprint(section);
  return byDtls ? 'UDP/TLS/RTP/SAVP' : protocol;
}

function hasFingerprint(section: string): boolean {
  return /^a=fingerprint:/m.test(section);
}

function hasKeys(section: string): boolean {
  return /^a=crypto:/m.test(section);
}
