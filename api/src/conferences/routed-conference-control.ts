import type { Command, CommandChannel } from '../nodes/index.js';
import { type Conference, isThere, type ParticipantChange } from './conference.js';
import {
  type ConferenceControl,
  type ConferenceSound,
  changeCommand,
  endCommand,
  type PlayToCalls,
  playCommand,
  removeCommand,
} from './conference-control.js';
import { ConferenceNotLiveError, ParticipantNotThereError } from './conference-errors.js';

export interface RoutedConferenceControlDeps {
  readonly commands: Pick<CommandChannel, 'send'>;
  /** This process's own conferences, where it has an engine. */
  readonly local?: { readonly nodeId: string; readonly control: ConferenceControl } | undefined;
}

/** Finds the nodes that have a conference and its calls, and has them do what the API asks. */
export class RoutedConferenceControl {
  readonly #deps: RoutedConferenceControlDeps;

  constructor(deps: RoutedConferenceControlDeps) {
    this.#deps = deps;
  }

  change(conference: Conference, callId: string, change: ParticipantChange): Promise<void> {
    return this.#onOwner(conference, changeCommand, { callId, change }, (control) => control.change);
  }

  remove(conference: Conference, callId: string): Promise<void> {
    return this.#onOwner(conference, removeCommand, { callId }, (control) => control.remove);
  }

  end(conference: Conference): Promise<void> {
    return this.#onOwner(conference, endCommand, {}, (control) => control.end);
  }

  /** Plays to one of its calls, or to all. */
  async play(conference: Conference, sound: ConferenceSound, callId?: string): Promise<void> {
    checkLive(conference);
    const there = conference.participants.filter((each) => isThere(each) && (callId ?? each.callId) === each.callId);
    if (callId !== undefined && there.length === 0) throw new ParticipantNotThereError(callId);
    const { id: conferenceId, accountId } = conference;
    const nodes = [...new Set(there.map(({ nodeId }) => nodeId))];
    await Promise.all(
      nodes.map((nodeId) => {
        const callIds = there.filter((each) => each.nodeId === nodeId).map((each) => each.callId);
        const request: PlayToCalls = { accountId, conferenceId, callIds, sound };
        return this.#on(nodeId, playCommand, request, (control) => control.play);
      }),
    );
  }

  #onOwner<Request extends object>(
    conference: Conference,
    type: Command['type'],
    request: Request,
    own: (control: ConferenceControl) => (request: never) => Promise<void>,
  ): Promise<void> {
    checkLive(conference);
    const { accountId, name, id: conferenceId, nodeId } = conference;
    return this.#on(nodeId, type, { accountId, name, conferenceId, ...request }, own);
  }

  async #on(
    nodeId: string,
    type: Command['type'],
    request: object,
    own: (control: ConferenceControl) => (request: never) => Promise<void>,
  ): Promise<void> {
    const { local, commands } = this.#deps;
    if (local?.nodeId === nodeId) await own(local.control)(request as never);
    else await commands.send(nodeId, { type, request });
  }
}

function checkLive({ id, status }: Conference): void {
  if (status === 'completed') throw new ConferenceNotLiveError(id);
}
