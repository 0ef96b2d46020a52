export { type Area, type AreaOf, nearness } from './area.js';
export { areasWithTable, readAreaTable } from './area-table.js';
export { ThreadedAreas } from './threaded-areas.js';
