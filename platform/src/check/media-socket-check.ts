import { longestSocketPath } from '@hookswitch/media/net/unix-socket';
import { bad, type CheckResult, good, lacking } from './check.js';

/** What is at the path of a socket. */
export type SocketSighting = 'nothing' | 'listens' | 'stale' | 'no-socket';

export interface MediaSocket {
  /** MEDIA_PLANE_SOCKET. */
  readonly path: string | undefined;
  readonly found: SocketSighting;
  /** Undefined where a file can be made beside it, else why not. */
  readonly whyNotWritable: string | undefined;
}

const name = 'media socket';

/** Whether a process with the role `media` can listen there. */
export function checkSocketOfMedia(
  { path, found, whyNotWritable }: MediaSocket,
  roles: readonly string[],
): CheckResult {
  if (roles.length > 1) {
    return bad(name, 'The role media stands alone.', 'Start it as a process of its own: ROLES=media.');
  }
  if (path === undefined) {
    return bad(name, 'MEDIA_PLANE_SOCKET is not set.', 'Set it to a path, the same as for its node.');
  }
  if (Buffer.byteLength(path) > longestSocketPath) {
    return bad(name, `${path} is longer than ${longestSocketPath} bytes.`, 'Set MEDIA_PLANE_SOCKET to a shorter path.');
  }
  if (found === 'listens') {
    return bad(
      name,
      `Another media process listens at ${path}.`,
      'Stop it, or set MEDIA_PLANE_SOCKET to another path.',
    );
  }
  if (found === 'no-socket') {
    return bad(name, `${path} is a file, and no socket.`, 'Set MEDIA_PLANE_SOCKET to another path.');
  }
  return whyNotWritable === undefined
    ? good(name, `${path} can be listened at.`)
    : bad(
        name,
        `No socket can be made at ${path}: ${whyNotWritable}.`,
        'Make its folder, and let this user write there.',
      );
}

/** Whether a node whose sound another process carries has that process. */
export function checkSocketOfNode({ path, found }: MediaSocket, nodeId: string | undefined): CheckResult {
  if (nodeId === undefined) {
    return bad(
      name,
      'MEDIA_PLANE_SOCKET is set, and NODE_ID is not.',
      'Set NODE_ID: the media process knows its node by it.',
    );
  }
  return found === 'listens'
    ? good(name, `A media process listens at ${path}.`)
    : lacking(
        name,
        `No media process listens at ${path}: this node refuses calls until one does.`,
        `Start one: ROLES=media MEDIA_PLANE_SOCKET=${path}.`,
      );
}
