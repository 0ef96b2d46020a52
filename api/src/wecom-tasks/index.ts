export { wecomTaskOperations } from './operations/index.js';
export { type WecomTaskStore, wecomTaskCollection } from './wecom-task.js';
export type { WecomTaskDeps } from './wecom-task-deps.js';
