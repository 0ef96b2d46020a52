import { SipSyntaxError } from '../sip-errors.js';
import { closingQuote, type Params, parseParams, quote, unquote } from './header-values.js';
import { parseUri, type SipUri, withoutHeaders } from './uri.js';

/** A From, To, Contact, Route … value: display name, URI and header parameters (RFC 3261 20.10, 25.1). */
export class NameAddr {
  /** Without quotes and escapes; '' for none. */
  readonly displayName: string;
  /** As it came, without angle brackets. */
  readonly uriText: string;
  readonly params: Params;
  #uri: SipUri | undefined;

  constructor(displayName: string, uriText: string, params: Params) {
    this.displayName = displayName;
    this.uriText = uriText;
    this.params = params;
  }

  /** The URI read. Throws `SipSyntaxError` where it is neither SIP nor tel. */
  get uri(): SipUri {
    return (this.#uri ??= parseUri(this.uriText));
  }
}

const noParams: Params = new Map();

/** Reads a name-addr or addr-spec with parameters. Without brackets, parameters belong to the header, not to the URI (20). */
export function parseNameAddr(value: string): NameAddr {
  let displayName = '';
  let i = 0;
  while (value.charCodeAt(i) === 0x20 || value.charCodeAt(i) === 0x09) i++;
  if (value.charCodeAt(i) === 0x22) {
    const end = closingQuote(value, i);
    displayName = unquote(value.slice(i, end + 1));
    i = value.indexOf('<', end);
    if (i < 0 || value.slice(end + 1, i).trim() !== '')
      throw new SipSyntaxError('After a display name a URI in angle brackets must follow.');
  } else {
    const open = value.indexOf('<', i);
    if (open < 0) {
      const semicolon = value.indexOf(';', i);
      const uri = (semicolon < 0 ? value.slice(i) : value.slice(i, semicolon)).trim();
      // A URI with a ? must stand in brackets (20): nobody knows whose the rest is (RFC 4475 3.1.2.13).
      if (withoutHeaders(uri) !== uri) throw new SipSyntaxError('A URI with headers must stand in angle brackets.');
      if (uri === '' || /\s/.test(uri)) throw new SipSyntaxError('An address must hold a URI.');
      return new NameAddr('', uri, semicolon < 0 ? noParams : parseParams(value.slice(semicolon)));
    }
    displayName = value.slice(i, open).trim();
    i = open;
  }
  const close = value.indexOf('>', i);
  if (close < 0) throw new SipSyntaxError('An angle bracket is not closed.');
  const uri = value.slice(i + 1, close).trim();
  if (uri === '') throw new SipSyntaxError('An address must hold a URI.');
  const after = value.slice(close + 1);
  return new NameAddr(displayName, uri, after === '' ? noParams : parseParams(after));
}

/** Writes a name-addr, the name quoted. */
export function nameAddrText(displayName: string | undefined, uri: string, tag?: string): string {
  const address = displayName ? `${quote(displayName)} <${uri}>` : `<${uri}>`;
  return tag === undefined ? address : `${address};tag=${tag}`;
}
