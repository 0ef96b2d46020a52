import { stripSeparators } from '@hookswitch/kernel/phone-number';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { NewAgent } from '../create-agent.js';
import type { AgentColumn } from './agent-columns.js';
import type { Row } from './read-rows.js';

/** Ids by name: a file names groups and roles as people do. */
export interface KnownNames {
  readonly skillGroups: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
}

/** The agent that a line describes. Pure. @throws InvalidRequestError where it names a group or role that there is not */
export function agentOfRow({ cells }: Row, columns: readonly (AgentColumn | undefined)[], known: KnownNames): NewAgent {
  const cell = (column: AgentColumn) => {
    const index = columns.indexOf(column);
    return (index < 0 ? undefined : cells[index]) || undefined;
  };
  const phone = cell('phone');
  return {
    email: cell('email') ?? '',
    name: cell('name') ?? '',
    staffNumber: cell('staffNumber') ?? '',
    nickname: cell('nickname'),
    phone: phone && withPlus(stripSeparators(phone)),
    extension: cell('extension'),
    role: roleId(cell('role'), known),
    skillGroups: memberships(cell('skillGroups') ?? '', known),
  };
}

/** Spreadsheets take the plus of a number for a sign and drop it; some write 00 for it. */
function withPlus(number: string): string {
  if (number.startsWith('00')) return `+${number.slice(2)}`;
  return /^[1-9]\d{9,14}$/.test(number) ? `+${number}` : number;
}

function roleId(name: string | undefined, { roles }: KnownNames): string | undefined {
  if (name === undefined) return undefined;
  const id = roles.get(name.toLowerCase());
  if (id === undefined)
    throw new InvalidRequestError([{ pointer: '/role', message: `there is no role ${name.slice(0, 100)}` }]);
  return id;
}

/** `Sales; Support:1`: names between semicolons, each with a priority or without. */
function memberships(text: string, { skillGroups }: KnownNames): { skillGroupId: string; priority?: number }[] {
  const parts = text
    .split(/[;；]/)
    .map((part) => part.trim())
    .filter(Boolean);
  return parts.map((part, index) => {
    const whole = skillGroups.get(part.toLowerCase());
    if (whole !== undefined) return { skillGroupId: whole };
    const [, name = part, priority] = /^(.*?)\s*[:：]\s*(\d+)$/.exec(part) ?? [];
    const skillGroupId = skillGroups.get(name.toLowerCase());
    if (skillGroupId === undefined)
      throw new InvalidRequestError([
        { pointer: `/skillGroups/${index}`, message: `there is no skill group ${name.slice(0, 100)}` },
      ]);
    return { skillGroupId, ...(priority !== undefined && { priority: Number(priority) }) };
  });
}
