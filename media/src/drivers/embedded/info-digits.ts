/**
 * The key a phone pressed, from the body of an INFO: `application/dtmf-relay` (`Signal=5`, as Cisco began it) or `application/dtmf` (the
 * key alone). Undefined for another type or a broken body.
 */
export function digitOfInfo(contentType: string | undefined, body: string): string | undefined {
  if (body.length > 256) return undefined;
  if (contentType === 'application/dtmf-relay') return key(/^\s*Signal\s*=\s*(\S+)/im.exec(body)?.[1]);
  if (contentType === 'application/dtmf') return key(body.trim());
  return undefined;
}

/** Event numbers 10 and 11 stand for * and # (RFC 4733 3.2). */
function key(text: string | undefined): string | undefined {
  if (text === '10') return '*';
  if (text === '11') return '#';
  return text !== undefined && /^[0-9*#A-D]$/i.test(text) ? text.toUpperCase() : undefined;
}
