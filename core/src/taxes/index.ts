export { computeTaxes, groupKey, type TaxedLine, type TaxPart } from './computeTaxes.ts';
export { noTaxes, resolveTaxes, type TaxFacts } from './resolveTaxes.ts';
export { type Tax, type TaxableType, type TaxCategory, taxableTypes, taxCategories, untaxedCategories } from './tax.ts';
