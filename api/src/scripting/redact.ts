/** Takes what must not be shown out of JSON text, which may be cut or broken: values of `password`, and user names and passwords in URLs. */
export function redact(text: string): string {
  return text
    .replace(/("password"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi, '$1"[secret]"')
    .replace(/(https?:\/\/)[^/?#@\s"]{1,512}@/gi, '$1[secret]@');
}
