export { applyNumberRules, type NumberRule, type Trunk, type TrunkStore, trunkCollection } from './trunk.js';
