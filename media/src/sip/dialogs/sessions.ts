import type { HangUpOptions } from '../sip-command.js';
import type { Stack } from '../stack.js';
import { EndedDialogs } from '../transfer/ended-dialogs.js';
import { keysOfReplaces, type Replaces } from '../transfer/replaces.js';
import { Descriptions } from './descriptions.js';
import { EstablishedSession } from './established-session.js';
import { FormerSessions } from './former-sessions.js';
import type { IncomingInvite } from './incoming-invite.js';
import { LiveDialog } from './live-dialog.js';
import { OutgoingInvite } from './outgoing-invite.js';
import { SessionReporter } from './session-reporter.js';
import { dialogOfFormerProcess, type SessionSnapshot } from './session-snapshot.js';
import type { OurInvite } from './unanswered-invite.js';

/** A call's signalling, from its INVITE to its end. */
export interface Session {
  readonly reporter: SessionReporter;
  stage: IncomingInvite | OutgoingInvite | EstablishedSession | undefined;
  established: EstablishedSession | undefined;
}

/** What a Replaces names (RFC 3891 3): a session that is answered, or not yet, be it of ours or of theirs; `ended` where it was over a moment ago. */
export type ReplacedSession =
  | { readonly sessionId: string; readonly dialog: 'confirmed' | 'early' | 'their-early' }
  | 'ended'
  | 'none';

/** The sessions of one user agent, those of a former process among them. */
export class Sessions {
  readonly former = new FormerSessions();
  readonly #stack: Stack;
  readonly #byId = new Map<string, Session>();
  readonly #endedDialogs = new EndedDialogs();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(sessionId: string): Session | undefined {
    return this.#byId.get(sessionId);
  }

  /** A new one, which leaves when it ends. */
  open(): Session {
    const sessionId = this.#stack.newId('s');
    const reporter = new SessionReporter(this.#stack, sessionId, () => {
      this.#byId.delete(sessionId);
      const { established, stage } = session;
      if (established) this.former.remove(established);
      const keys = established ? [established.key] : stage instanceof OutgoingInvite ? stage.earlyDialogs : [];
      for (const key of keys) this.#endedDialogs.add(key, this.#stack.timers.now);
    });
    const session: Session = { reporter, stage: undefined, established: undefined };
    this.#byId.set(sessionId, session);
    return session;
  }

  /** Takes one back that came to nothing before anybody heard of it. */
  discard({ reporter }: Session): void {
    this.#byId.delete(reporter.sessionId);
  }

  /** Goes on with an answered session of a former process. Answers its session id. */
  restore({ dialog, local, remote, contactUser, credentials, peerUpdates, timer }: SessionSnapshot): string {
    const session = this.open();
    const descriptions = Descriptions.agreed(local, remote);
    const start = { contactUser, credentials, peerUpdates, timer, descriptions };
    const live = new LiveDialog(dialogOfFormerProcess(dialog));
    const established = new EstablishedSession(this.#stack, session.reporter, live, start);
    establish(session, established);
    this.former.add(established);
    return established.sessionId;
  }

  /** Gives an INVITE of a former process up, which is sent again for that: CANCEL once it was heard of, and BYE where it was answered meanwhile. */
  giveUp({ options, ...former }: OurInvite, how: HangUpOptions): void {
    const session = this.open();
    const invite = new OutgoingInvite(this.#stack, session.reporter, options, () => undefined, former);
    session.stage = invite;
    invite.hangUp(how);
  }

  findReplaced(replaces: Replaces): ReplacedSession {
    const found = keysOfReplaces(replaces).map((key) => this.#named(key));
    return found.find((each) => each !== 'none') ?? 'none';
  }

  #named(key: string): ReplacedSession {
    const owner = this.#stack.dialogs.get(key);
    const session = owner && this.#byId.get(owner.sessionId);
    if (session) {
      const { sessionId } = owner;
      if (session.established) return session.established === owner ? { sessionId, dialog: 'confirmed' } : 'none';
      return { sessionId, dialog: session.stage instanceof OutgoingInvite ? 'early' : 'their-early' };
    }
    if (owner || this.#endedDialogs.has(key, this.#stack.timers.now)) return 'ended';
    for (const [sessionId, { stage }] of this.#byId) {
      if (stage instanceof OutgoingInvite && stage.earlyDialogs.includes(key)) return { sessionId, dialog: 'early' };
    }
    return 'none';
  }
}

/** Goes on as an answered session. */
export function establish(session: Session, established: EstablishedSession): void {
  session.stage = session.established = established;
}
