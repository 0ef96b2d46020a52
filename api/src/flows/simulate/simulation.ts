import type { Schema } from '@hookswitch/openapi/operations';

/** A caller to be imagined, as it is sent. */
export type SimulateFlowRequest = Schema<'SimulateFlowRequest'>;
/** What would have happened. */
export type FlowSimulation = Schema<'FlowSimulation'>;

export type SimulatedSound = Schema<'SimulatedSound'>;
type Sent = Required<Pick<SimulateFlowRequest, 'caller' | 'answers' | 'queues' | 'lines'>>;
export type SimulatedAct = Required<Pick<Sent['caller'][number], 'afterSeconds' | 'hangUp'>> & Sent['caller'][number];
export type SimulatedAnswer = Required<Pick<Sent['answers'][number], 'status' | 'afterSeconds' | 'unreachable'>> &
  Sent['answers'][number];
export type SimulatedWait = Required<Sent['queues'][number]>;
export type SimulatedLine = Required<Sent['lines'][number]>;

/** A request with every default filled in. */
export interface SimulationPlan {
  readonly from: string;
  readonly to: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly caller: readonly SimulatedAct[];
  readonly answers: readonly SimulatedAnswer[];
  readonly queues: readonly SimulatedWait[];
  readonly lines: readonly SimulatedLine[];
  readonly limitSeconds: number;
}

/** What is left away takes the default that the API's description names. */
export function planOf(request: SimulateFlowRequest, now: number): SimulationPlan {
  const { from = '+15550100', to = '+15550101', at, variables = {}, limitSeconds = 3600 } = request;
  const { caller = [], answers = [], queues = [], lines = [] } = request;
  return {
    from,
    to,
    at: at === undefined ? now : Date.parse(at),
    variables,
    caller: caller.map((act) => ({ afterSeconds: 1, hangUp: false, ...act })),
    answers: answers.map((answer) => ({ status: 200, afterSeconds: 0, unreachable: false, ...answer })),
    queues: queues.map((queue) => ({ ...usualWait, ...queue })),
    lines: lines.map((line) => ({ ...usualLine, ...line })),
    limitSeconds,
  };
}

/** How a wait goes of which nothing was said. */
export const usualWait = {
  result: 'answered',
  afterSeconds: 10,
  talkSeconds: 60,
  endedBy: 'agent',
  staffNumber: '1001',
  ahead: 0,
} as const;

/** What becomes of a line of which nothing was said. */
export const usualLine = { result: 'answered', afterSeconds: 5, talkSeconds: 60, endedBy: 'line' } as const;
