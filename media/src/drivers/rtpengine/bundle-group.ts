/** Whether a description puts its media onto one transport (RFC 8843). */
export function isBundled(sdp: string): boolean {
  return /^a=group:BUNDLE /m.test(sdp);
}

/** Puts the media that is enabled into one BUNDLE group: rtpengine leaves the group away, and browsers refuse what takes a line out of it. */
export function withBundleGroup(sdp: string): string {
  const [session = '', ...media] = sdp.split(/^(?=m=)/m);
  const names = media.flatMap((section) => {
    const name = /^a=mid:(\S+)/m.exec(section)?.[1];
    return name === undefined || /^m=\S+ 0 /.test(section) ? [] : [name];
  });
  if (names.length === 0 || isBundled(session)) return sdp;
  return [`${session}a=group:BUNDLE ${names.join(' ')}\r\n`, ...media].join('');
}
