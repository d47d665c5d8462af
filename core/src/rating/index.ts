export {
  type ChargeFilter,
  type EventTexts,
  type FilterCondition,
  type Group,
  groupKey,
  groupOf,
  matchFilter,
} from './filters.ts';
export { dynamicAmount } from './models/dynamic.ts';
export {
  type ChargeModelName,
  type ChargeProperties,
  chargeModelNames,
  chargeModels,
  type PropertiesOf,
} from './models/index.ts';
export {
  encodeProperties,
  overlayProperties,
  type PropertyIssue,
  parseProperties,
} from './parseProperties.ts';
export { priceInAdvance } from './inAdvance.ts';
export { priceUsage } from './priceUsage.ts';
export { type CollectedUsage, type RatableCharge, type RatedLine, rateCharge } from './rate.ts';
export type { Priced, Step, Usage } from './usage.ts';
