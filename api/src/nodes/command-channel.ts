import { BaseError, type ErrorKind, type FieldError } from '@hookswitch/kernel/base-error';
import type { Logger } from '@hookswitch/kernel/logger';

/**
 * Commands between processes: "the call is yours, do this to it". It refuses to know what they mean.
 *
 * What must hold: a command reaches its node at most once; whoever sends it gets the handler's answer, the handler's error, or `OwnerUnreachableError`
 * when nobody listens or no answer came in time, never silence. Commands and answers are JSON.
 */
export interface CommandChannel {
  send(nodeId: string, command: Command): Promise<unknown>;
  /** Handles what is sent to that node, until the function that is returned is called. One handler per node. */
  listen(nodeId: string, handle: CommandHandler): Promise<() => Promise<void>>;
}

/** Tagged and versioned plain data. */
export interface Command {
  readonly type: `${string}.v${number}`;
  readonly [member: string]: unknown;
}

export type CommandHandler = (command: Command) => Promise<unknown>;

/** What a handler came to, as it crosses processes. */
export type CommandReply =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly kind: ErrorKind;
      readonly code: string;
      readonly message: string;
      readonly fields: readonly FieldError[];
      readonly retryAfterSeconds?: number;
    };

/** Runs a handler; whatever it throws becomes a reply. */
export async function replyOf(
  handle: CommandHandler,
  command: Command,
  logger: Logger | undefined,
): Promise<CommandReply> {
  try {
    return { ok: true, value: (await handle(command)) ?? null };
  } catch (error) {
    if (!(error instanceof BaseError)) {
      logger?.error({ err: error, command: command.type }, 'A command broke its handler.');
      return { ok: false, kind: 'bug', code: 'internal-error', message: 'Something broke on our side.', fields: [] };
    }
    const { kind, code, message, fields, retryAfterSeconds } = error;
    return {
      ok: false,
      kind,
      code,
      message,
      fields,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
}

/** The value of a reply. Throws the error of one that failed, as the handler threw it (but for its class). */
export function unwrapReply(reply: CommandReply): unknown {
  if (reply.ok) return reply.value;
  const { kind, code, message, fields, retryAfterSeconds } = reply;
  throw new BaseError(kind, code, message, {
    fields,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
