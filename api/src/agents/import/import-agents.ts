import { BaseError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Principal } from '../../operation/principal.js';
import { builtInRoles } from '../../roles/index.js';
import type { AgentDeps } from '../agent-deps.js';
import { createAgents } from '../create-agents.js';
import { type AgentColumn, columnsOf } from './agent-columns.js';
import { agentOfRow, type KnownNames } from './agent-of-row.js';
import { FileTooLongError, FileUnreadableError } from './import-errors.js';
import { type Row, readRows } from './read-rows.js';

/** Lines with an agent that one file may have. */
const mostLines = 1000;

/**
 * Adds the agents of a file. A line that is wrong is reported with its number, and the others are made.
 * @throws FileUnreadableError, FileTooLongError: then nothing was made
 */
export async function importAgents(
  deps: AgentDeps,
  by: Principal,
  accountId: string,
  file: { readonly bytes: Buffer; readonly type: string },
  options: { readonly sendPassword: boolean },
): Promise<Schema<'AgentImport'>> {
  const [header, ...rows] = await readRows(file.bytes, file.type);
  if (!header) throw new FileUnreadableError('It is empty.');
  const columns = columnsOf(header.cells);
  if (rows.length > mostLines) throw new FileTooLongError(mostLines);
  const known = await knownNames(deps, accountId);
  const agents: Schema<'ImportedAgent'>[] = [];
  const errors: Schema<'AgentImportError'>[] = [];
  for (const row of rows) {
    const outcome = await importRow(deps, by, accountId, row, columns, known, options);
    if ('agentId' in outcome) agents.push({ row: row.row, ...outcome });
    else errors.push({ row: row.row, ...outcome });
  }
  return { created: agents.length, failed: errors.length, agents, errors };
}

async function importRow(
  deps: AgentDeps,
  by: Principal,
  accountId: string,
  row: Row,
  columns: readonly (AgentColumn | undefined)[],
  known: KnownNames,
  options: { readonly sendPassword: boolean },
): Promise<{ agentId: string; email: string } | { email: string; code: string; message: string }> {
  try {
    const request = agentOfRow(row, columns, known);
    const { agents, errors } = await createAgents(deps, by, accountId, [request], options);
    const [agent] = agents;
    if (agent) return { agentId: agent.id, email: agent.email };
    const { email, code, message } = errors[0]!;
    return { email, code, message };
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    return { email: row.cells[columns.indexOf('email')] ?? '', code: error.code, message: error.message };
  }
}

async function knownNames({ skillGroups, roles }: AgentDeps, accountId: string): Promise<KnownNames> {
  const groups = (await skillGroups.list(accountId, { limit: 10_000 })).items;
  const own = (await roles.list(accountId, { limit: 1000 })).items;
  const names = (all: readonly { readonly id: string; readonly name: string }[]) =>
    all.flatMap(({ id, name }) => [[name.toLowerCase(), id] as const, [id.toLowerCase(), id] as const]);
  return { skillGroups: new Map(names(groups)), roles: new Map(names([...own, ...builtInRoles])) };
}
