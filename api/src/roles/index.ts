export { type BuiltInRole, builtInRole, builtInRoles } from './built-in-roles.js';
export { checkGrants } from './check-grants.js';
export { findRole, noGrants } from './find-role.js';
export { roleOperations } from './operations/index.js';
export { type Role, type RoleStore, roleCollection } from './role.js';
export type { RoleDeps } from './role-deps.js';
