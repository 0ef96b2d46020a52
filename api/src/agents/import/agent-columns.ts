import { FileUnreadableError } from './import-errors.js';

/** What a column of an import file holds. */
export type AgentColumn =
  | 'email'
  | 'name'
  | 'staffNumber'
  | 'nickname'
  | 'phone'
  | 'extension'
  | 'role'
  | 'skillGroups';

const names: Readonly<Record<AgentColumn, readonly string[]>> = {
  email: ['email', 'mail', '邮箱', '客服邮箱'],
  name: ['name', '姓名', '客服姓名'],
  staffNumber: ['staffnumber', 'staffno', '工号'],
  nickname: ['nickname', 'nick', '昵称'],
  phone: ['phone', 'mobile', '手机号', '手机号码'],
  extension: ['extension', 'extensionnumber', '分机号'],
  role: ['role', '角色'],
  skillGroups: ['skillgroups', 'skillgroup', 'skillgroupnamelist', '技能组'],
};
const byName = new Map(
  Object.entries(names).flatMap(([column, all]) => all.map((name) => [name, column as AgentColumn])),
);
const needed: readonly AgentColumn[] = ['email', 'name', 'staffNumber'];

/**
 * Reads the header: the column that each cell names, however it is written. Pure.
 * @throws FileUnreadableError where a name is unknown, there twice, or a needed one is missing
 */
export function columnsOf(header: readonly string[]): readonly (AgentColumn | undefined)[] {
  const columns = header.map((cell) => {
    if (cell === '') return undefined;
    const column = byName.get(cell.toLowerCase().replace(/[\s_*-]/g, ''));
    if (!column)
      throw new FileUnreadableError(
        `"${cell.slice(0, 50)}" is no column of agents. The first line names them: ${Object.keys(names).join(', ')}.`,
      );
    return column;
  });
  for (const column of needed)
    if (!columns.includes(column)) throw new FileUnreadableError(`The first line has no column ${column}.`);
  const named = columns.filter((column) => column !== undefined);
  if (new Set(named).size < named.length) throw new FileUnreadableError('The first line names a column twice.');
  return columns;
}
