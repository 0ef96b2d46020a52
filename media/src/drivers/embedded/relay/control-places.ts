/** Where something is commanded by UDP, without a password. */
export interface ControlPlace {
  /** Address or name. */
  readonly host: string;
  readonly port: number;
}

/**
 * Whether media that goes there could be taken for a command: what one caller says is passed on byte by byte to where another one wants to hear it, from an address that may
 * command. Of a place given by name, or at a loopback address, the port alone tells.
 */
export function isControlPlace(address: string, port: number, places: readonly ControlPlace[]): boolean {
  const host = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return places.some((place) => place.port === port && (place.host === host || isVague(place.host) || isVague(host)));
}

/** Which machine it means is not seen. */
function isVague(host: string): boolean {
  return /^127\.|^::1$/.test(host) || !/^[\d.]+$|:/.test(host);
}
