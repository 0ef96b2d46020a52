import type { Call } from '../../call-records/call.js';
import type { CallStore } from '../../call-records/call-store.js';
import { isFinal } from '../../call-records/index.js';
import type { Command, CommandChannel } from '../../nodes/command-channel.js';
import { OwnerUnreachableError } from '../../nodes/index.js';
import { CallNotFoundError, CallNotLiveError } from '../call-errors.js';
import type { NodePlacement } from '../node/node-placement.js';
import type { PlaceCall } from '../place-outbound-call.js';
import type { CallControl } from './call-control.js';

export interface RoutedCallControlSettings {
  readonly store: CallStore;
  readonly commands: CommandChannel;
  readonly placement: NodePlacement;
  /** This process's own calls, where it has an engine. */
  readonly local?: { readonly nodeId: string; readonly control: CallControl } | undefined;
}

/**
 * Finds the process that owns a call, by the node in its record, and has it do what is asked; new calls go to this process while it has an engine that takes them, else
 * to the node with most room.
 */
export function routedCallControl(settings: RoutedCallControlSettings): CallControl {
  const { store, commands, placement, local } = settings;

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

  async function placeOn(nodeId: string, request: PlaceCall): Promise<Call> {
    if (nodeId === local?.nodeId) return local.control.place(request);
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
    place: (request) => placement.place((nodeId) => placeOn(nodeId, request)),
    modify: (request) => onOwner('call.modify.v1', request, (control) => control.modify(request)),
    startRecording: (request) =>
      onOwner('call.start-recording.v1', request, (control) => control.startRecording(request)),
    updateRecording: (request) =>
      onOwner('call.update-recording.v1', request, (control) => control.updateRecording(request)),
  };
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
