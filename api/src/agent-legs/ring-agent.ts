import type { Headers, LiveCall } from '@hookswitch/media/port/live-call';
import { type ChildCall, type ChildDial, ringTargets, type TargetEnd } from '../scripting/index.js';
import type { AgentEndpoint } from './choose-endpoints.js';

/** Makes a phone answer by itself (as most desk phones and clients understand one of them). */
export const automaticAnswer: Headers = {
  'Call-Info': '<sip:hookswitch>;answer-after=0',
  'Alert-Info': '<http://www.notused.com>;info=alert-autoanswer;delay=0',
};

export interface RingAgent {
  /** From `chooseEndpoints`. */
  readonly rounds: readonly (readonly AgentEndpoint[])[];
  readonly dial: (request: ChildDial) => Promise<ChildCall>;
  /** What SIP phones show, and what mobiles show. */
  readonly callerId: { readonly phone: string; readonly mobile: string };
  /** For each round but the last. */
  readonly secondsEach: number;
  /** For the last. */
  readonly ringTimeoutSeconds: number;
  readonly automatic: boolean;
  readonly headers: Headers;
}

/** An agent who is being rung. */
export interface AgentRinging {
  /** Resolves once: how it was answered, or why not. Never rejects, but for faults of ours. */
  readonly outcome: Promise<AgentAnswer | AgentNoAnswer>;
  /** The agent takes the call elsewhere: the SIP phone is dialled anew and answers by itself. False where there is none. */
  acceptNow(): boolean;
  /** Stops ringing. `elsewhere`: somebody else took the call. Nothing after the answer. */
  stop(elsewhere: boolean): void;
}

export interface AgentAnswer {
  readonly kind: 'answered';
  readonly child: ChildCall;
  readonly leg: LiveCall;
  readonly type: AgentEndpoint['type'];
  /** The mobile that answered. */
  readonly phone?: string;
}

export interface AgentNoAnswer {
  readonly kind: 'unanswered';
  readonly why: 'declined' | 'missed' | 'unreachable' | 'withdrawn';
}

/** Rings an agent. */
export function ringAgent(request: RingAgent): AgentRinging {
  const phone = request.rounds.flat().find(({ kind }) => kind === 'phone');
  const stopped = new AbortController();
  let round = new AbortController();
  let accepting = false;
  const ring = async (endpoints: readonly AgentEndpoint[], automatic: boolean, seconds: number) => {
    round = new AbortController();
    if (stopped.signal.aborted) round.abort();
    return ringTargets(
      endpoints,
      {
        dial: (endpoint) => request.dial(dialRequest(endpoint, request, automatic, seconds)),
        ringing: () => {},
        earlyMedia: () => {},
      },
      round.signal,
      () => (stopped.signal.reason === 'elsewhere' ? 'answered-elsewhere' : 'caller-canceled'),
    );
  };
  const run = async (): Promise<AgentAnswer | AgentNoAnswer> => {
    const ends: TargetEnd[] = [];
    for (const endpoints of request.rounds) {
      const isLast = endpoints === request.rounds.at(-1);
      const rung = await ring(endpoints, request.automatic, isLast ? request.ringTimeoutSeconds : request.secondsEach);
      if (rung.kind === 'answered') return answer(rung.target, rung.child);
      ends.push(...rung.ends);
      if (accepting || stopped.signal.aborted || whyNot(ends) === 'declined') break;
    }
    if (accepting && phone && !stopped.signal.aborted) {
      const rung = await ring([phone], true, request.ringTimeoutSeconds);
      if (rung.kind === 'answered') return answer(rung.target, rung.child);
      ends.splice(0, ends.length, ...rung.ends);
    }
    return { kind: 'unanswered', why: stopped.signal.aborted ? 'withdrawn' : whyNot(ends) };
  };
  return {
    outcome: run(),
    acceptNow() {
      if (!phone || stopped.signal.aborted) return false;
      if (accepting || request.automatic) return true;
      accepting = true;
      round.abort();
      return true;
    },
    stop(elsewhere) {
      stopped.abort(elsewhere ? 'elsewhere' : 'gone');
      round.abort();
    },
  };
}

function answer(endpoint: AgentEndpoint, child: ChildCall): AgentAnswer {
  const phone = endpoint.kind === 'mobile' ? { phone: endpoint.number } : {};
  return { kind: 'answered', child, leg: child.leg, type: endpoint.type, ...phone };
}

function dialRequest(
  endpoint: AgentEndpoint,
  { callerId, headers }: RingAgent,
  automatic: boolean,
  ringTimeoutSeconds: number,
): ChildDial {
  if (endpoint.kind === 'mobile') {
    const target = { kind: 'number', number: endpoint.number } as const;
    return { target, callerId: callerId.mobile, ringTimeoutSeconds };
  }
  return {
    target: { kind: 'endpoint', endpoint: endpoint.endpointId },
    callerId: callerId.phone,
    ringTimeoutSeconds,
    headers: automatic ? { ...headers, ...automaticAnswer } : headers,
  };
}

/** A phone that says no speaks for the agent; else one that rang out; else none could be reached. */
function whyNot(ends: readonly TargetEnd[]): AgentNoAnswer['why'] {
  if (ends.some(({ status }) => status === 'busy')) return 'declined';
  return ends.some(({ status, sip }) => status === 'no-answer' && sip !== 480) ? 'missed' : 'unreachable';
}
