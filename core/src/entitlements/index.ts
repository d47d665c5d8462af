export { type Access, compareAccess, decideAccess } from './access.ts';
export { type FeatureType, featureTypes, readValue } from './values.ts';
