import type { Clock } from '@hookswitch/kernel/clock';
import { ShortCache } from '../store/short-cache.js';
import type { Call } from './call.js';
import type { CallControl } from './call-control.js';
import { CallNotFoundError, CallNotLiveError, NoMediaNodeError, OwnerUnreachableError } from './call-errors.js';
import { isFinal } from './call-state.js';
import type { CallStore } from './call-store.js';
import type { Command, CommandChannel } from './command-channel.js';
import type { NodeLeases, NodeState } from './node-leases.js';
import type { PlaceCall } from './place-outbound-call.js';

/** Nodes say how much they carry only every few seconds, so that the calls of a moment may go by one look. Milliseconds. */
const nodesKeepMs = 100;
const nodesKey = 'nodes';

export interface RoutedCallControlSettings {
  readonly store: CallStore;
  readonly commands: CommandChannel;
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly clock: Clock;
  /** This process's own calls, where it has an engine. */
  readonly local?: { readonly nodeId: string; readonly control: CallControl } | undefined;
}

/**
 * Finds the process that owns a call, by the node in its record, and has it do what is asked; new calls go to this process where it has an engine, else
 * to the node that carries least.
 */
export function routedCallControl(settings: RoutedCallControlSettings): CallControl {
  const { store, commands, leases, clock, local } = settings;
  const nodes = new ShortCache<readonly NodeState[]>(clock, { keepMs: nodesKeepMs });

  async function onOwner<Request extends { accountId: string; callId: string }, Result>(
    type: Command['type'],
    request: Request,
    own: (control: CallControl) => Promise<Result>,
  ): Promise<Result> {
    const call = await store.get(request.accountId, request.callId);
    if (!call) throw new CallNotFoundError(request.callId);
    if (isFinal(call.status)) throw new CallNotLiveError(request.callId);
    if (local?.nodeId === call.nodeId) return own(local.control);
    return (await commands.send(call.nodeId, { type, request })) as Result;
  }

  const alive = () => nodes.get(nodesKey, () => leases.alive());

  async function placeOn(nodeId: string, request: PlaceCall): Promise<Call> {
    try {
      return (await commands.send(nodeId, { type: 'call.place.v1', request })) as Call;
    } catch (error) {
      // The answer may be lost although the call was placed.
      const placed =
        error instanceof OwnerUnreachableError ? await store.get(request.accountId, request.callId) : undefined;
      if (placed) return placed;
      throw error;
    }
  }

  return {
    async place(request) {
      if (local) return local.control.place(request);
      const nodeId = leastLoaded(await alive());
      try {
        return await placeOn(nodeId, request);
      } catch (error) {
        nodes.forget(nodesKey);
        if (!(error instanceof OwnerUnreachableError)) throw error;
        // Only from one that gave up its lease since we looked: another that does not answer may still place it.
        const others = await alive();
        if (others.some((other) => other.nodeId === nodeId)) throw error;
        return placeOn(leastLoaded(others), request);
      }
    },
    modify: (request) => onOwner('call.modify.v1', request, (control) => control.modify(request)),
    startRecording: (request) =>
      onOwner('call.start-recording.v1', request, (control) => control.startRecording(request)),
    updateRecording: (request) =>
      onOwner('call.update-recording.v1', request, (control) => control.updateRecording(request)),
  };
}

/** @throws NoMediaNodeError */
function leastLoaded(nodes: readonly NodeState[]): string {
  const [first, ...others] = nodes;
  if (!first) throw new NoMediaNodeError();
  return others.reduce((best, each) => (best.counts.total <= each.counts.total ? best : each), first).nodeId;
}

/** Does what a command of another process asks. */
export function handleCallCommand(
  control: CallControl,
  more: Readonly<Record<string, (request: never) => Promise<unknown>>> = {},
): (command: Command) => Promise<unknown> {
  const handlers: Record<string, (request: never) => Promise<unknown>> = {
    'call.place.v1': control.place,
    'call.modify.v1': control.modify,
    'call.start-recording.v1': control.startRecording,
    'call.update-recording.v1': control.updateRecording,
    ...more,
  };
  return ({ type, request }) => {
    const handle = handlers[type];
    if (!handle) throw new TypeError(`There is no command ${type}.`);
    return handle(request as never);
  };
}
