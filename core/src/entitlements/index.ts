export { type Access, type AccessReason, compareAccess, decideAccess, type Grant } from './access.ts';
export { type FeatureType, featureTypes, readValue } from './values.ts';
