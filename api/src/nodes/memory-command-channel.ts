import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import {
  type Command,
  type CommandChannel,
  type CommandHandler,
  type CommandReply,
  replyOf,
  unwrapReply,
} from './command-channel.js';
import { OwnerUnreachableError } from './owner-unreachable-error.js';

export interface CommandChannelSettings {
  readonly clock: Clock;
  /** How long an answer may take, milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
}

/** Carries commands within one process, as JSON all the same. Nodes that share an instance reach each other. */
export class MemoryCommandChannel implements CommandChannel {
  readonly #settings: CommandChannelSettings;
  readonly #handlers = new Map<string, CommandHandler>();

  constructor(settings: CommandChannelSettings) {
    this.#settings = settings;
  }

  async send(nodeId: string, command: Command): Promise<unknown> {
    const handle = this.#handlers.get(nodeId);
    if (!handle) throw new OwnerUnreachableError(nodeId);
    const { clock, timeoutMs = 5000, logger } = this.#settings;
    const reply = await new Promise<CommandReply | undefined>((resolve) => {
      const cancel = clock.after(timeoutMs, () => resolve(undefined));
      void replyOf(handle, overTheWire(command), logger).then((came) => {
        cancel();
        resolve(overTheWire(came));
      });
    });
    if (!reply) throw new OwnerUnreachableError(nodeId);
    return unwrapReply(reply);
  }

  async listen(nodeId: string, handle: CommandHandler): Promise<() => Promise<void>> {
    this.#handlers.set(nodeId, handle);
    return async () => {
      if (this.#handlers.get(nodeId) === handle) this.#handlers.delete(nodeId);
    };
  }
}

function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
