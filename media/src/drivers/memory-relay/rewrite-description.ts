import { isIP } from 'node:net';
import { MediaRelayRefusedError } from '../../port/media-relay.js';

/** Where one side wants its sound. */
export interface MediaEnd {
  readonly address: string;
  readonly port: number;
}

/** Reads where the first audio line of a plain description wants its sound. Throws `MediaRelayRefusedError` where there is none, or it is not plain RTP. */
export function mediaEndOf(sdp: string): MediaEnd {
  const media = /^m=audio (\d{1,5})(?:\/\d+)? RTP\/AVPF? /m.exec(sdp);
  if (!sdp.startsWith('v=0') || !media) throw new MediaRelayRefusedError('it has no audio over plain RTP');
  const within = /^c=IN IP[46] (\S+)/m.exec(sdp.slice(media.index));
  const address = within?.[1] ?? /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1] ?? '';
  if (isIP(address) === 0) throw new MediaRelayRefusedError('it names no address');
  return { address, port: Number(media[1]) };
}

/** The description with our address and port in place of its own; the other media lines are refused. */
export function rewriteDescription(sdp: string, own: MediaEnd): string {
  const family = own.address.includes(':') ? 'IP6' : 'IP4';
  let audioSeen = false;
  const lines = sdp.split(/\r\n|\n/).map((line) => {
    if (line.startsWith('o=')) return line.replace(/IN IP[46] \S+$/, `IN ${family} ${own.address}`);
    if (line.startsWith('c=') && !/ (0\.0\.0\.0|::)$/.test(line)) return `c=IN ${family} ${own.address}`;
    if (line.startsWith('a=rtcp:')) return `a=rtcp:${own.port + 1}`;
    if (!line.startsWith('m=')) return line;
    const first = line.startsWith('m=audio ') && !audioSeen;
    audioSeen ||= first;
    return line.replace(/ \d+(\/\d+)? /, ` ${first ? own.port : 0} `);
  });
  return lines.filter((line) => line !== 'a=rtcp-mux').join('\r\n');
}
