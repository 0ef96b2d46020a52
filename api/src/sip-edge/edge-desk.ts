import type { EdgeBan } from '@hookswitch/media/port/sip-edge';
import { type Command, type CommandChannel, type CommandHandler, OwnerUnreachableError } from '../nodes/index.js';
import { NoEdgeKeeperError } from './edge-errors.js';

/** Where the one process listens that looks after the edge, beside the nodes. */
export const edgeDeskName = 'sip-edge';

const foundBans = 'edge.bans.v1';
const unban = 'edge.unban.v1';
const lookAgain = 'edge.look.v1';

/** What machines banned by themselves, and which machines are as wanted. */
export interface FoundBans {
  readonly machines: readonly string[];
  readonly bans: readonly EdgeBan[];
}

/** What the process that looks after the edge does for others. */
export interface EdgeDesk {
  found(): Promise<FoundBans>;
  /** Lifts what machines banned by themselves. How many of these addresses were banned. */
  unban(addresses: readonly string[]): Promise<number>;
  /** Bans by hand were changed. Resolves when the machines that answer know. */
  lookAgain(): Promise<void>;
}

/** Answers for the desk. */
export function answerForEdge(desk: EdgeDesk): CommandHandler {
  return async (command: Command) => {
    if (command.type === foundBans) return desk.found();
    if (command.type === unban) return desk.unban(command.addresses as readonly string[]);
    if (command.type === lookAgain) return desk.lookAgain();
    throw new TypeError(`Nobody knows the command ${command.type} at the edge.`);
  };
}

/** The desk as another process reaches it. Rejects with `NoEdgeKeeperError` where none answers, and as `SipEdge` does. */
export function edgeDeskBy(commands: Pick<CommandChannel, 'send'>): EdgeDesk {
  const ask = async (command: Command): Promise<unknown> => {
    try {
      return await commands.send(edgeDeskName, command);
    } catch (error) {
      throw error instanceof OwnerUnreachableError ? new NoEdgeKeeperError() : error;
    }
  };
  return {
    found: async () => (await ask({ type: foundBans })) as FoundBans,
    unban: async (addresses) => (await ask({ type: unban, addresses })) as number,
    lookAgain: async () => void (await ask({ type: lookAgain })),
  };
}
