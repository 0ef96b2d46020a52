import type { Because, RoutingAgent, RoutingGroup } from './snapshot.js';

/** At most so many are asked at once by ring all. */
export const ringAllMost = 10;

/** What a choice needs besides the candidates. */
export interface ChoiceContext {
  readonly strategy: RoutingGroup['strategy'];
  /** The group whose priorities count. */
  readonly skillGroupId?: string | undefined;
  readonly now: number;
  readonly day: string;
}

export interface ChosenAgent {
  readonly agent: RoutingAgent;
  readonly because: Because;
}

/** The agent (ring all: the agents) to ask of these, by the group's strategy; none where there are none. */
export function chooseAgents(candidates: Iterable<RoutingAgent>, context: ChoiceContext): readonly ChosenAgent[] {
  if (context.strategy === 'ringAll') {
    const first = [...candidates].sort(byIdleTime).slice(0, ringAllMost);
    return first.map((agent) => ({ agent, because: { code: 'ringAll', among: first.length } }));
  }
  const compare = comparisons[context.strategy](context);
  let best: RoutingAgent | undefined;
  for (const agent of candidates) if (!best || compare(agent, best) < 0) best = agent;
  return best ? [{ agent: best, because: reasons[context.strategy](best, context) }] : [];
}

type Compare = (a: RoutingAgent, b: RoutingAgent) => number;
type SingleStrategy = Exclude<RoutingGroup['strategy'], 'ringAll'>;

const byId: Compare = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const byIdleTime: Compare = (a, b) => a.idleSince - b.idleSince || byId(a, b);

const comparisons: Record<SingleStrategy, (context: ChoiceContext) => Compare> = {
  longestIdle: () => byIdleTime,
  fewestCalls: (context) => (a, b) => answeredToday(a, context) - answeredToday(b, context) || byIdleTime(a, b),
  priority: (context) => (a, b) => priorityIn(a, context) - priorityIn(b, context) || byIdleTime(a, b),
  roundRobin: () => (a, b) => a.lastOfferedAt - b.lastOfferedAt || byIdleTime(a, b),
};

const reasons: Record<SingleStrategy, (agent: RoutingAgent, context: ChoiceContext) => Because> = {
  longestIdle: (agent, context) => ({ code: 'longestIdle', ...idle(agent, context) }),
  fewestCalls: (agent, context) => ({
    code: 'fewestCalls',
    answeredToday: answeredToday(agent, context),
    ...idle(agent, context),
  }),
  priority: (agent, context) => ({ code: 'priority', priority: priorityIn(agent, context), ...idle(agent, context) }),
  roundRobin: (agent) => ({ code: 'roundRobin', lastOfferedAt: agent.lastOfferedAt }),
};

function idle(agent: RoutingAgent, { now }: ChoiceContext) {
  return { idleMs: Math.max(0, now - agent.idleSince) };
}

function answeredToday({ answered }: RoutingAgent, { day }: ChoiceContext): number {
  return answered.day === day ? answered.count : 0;
}

function priorityIn(agent: RoutingAgent, { skillGroupId }: ChoiceContext): number {
  return agent.skillGroups.find((group) => group.skillGroupId === skillGroupId)?.priority ?? 3;
}
