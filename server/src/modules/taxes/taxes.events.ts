import { event } from '../../kernel/event.ts';
import { AppliedTaxResponse, TaxResponse } from './taxes.schemas.ts';

const tax = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `tax.${action}`, subject: 'tax', action, description, data: TaxResponse });

export const taxCreated = tax('created', 'A tax was created.');
export const taxUpdated = tax('updated', 'A tax changed. Invoices to come and drafts follow it.');
export const taxDeleted = tax('deleted', 'A tax was deleted; what was invoiced with it is kept.');

const applied = (name: string, action: 'created' | 'deleted', description: string) =>
  event({ name: `tax.${name}`, subject: 'applied_tax', action, description, data: AppliedTaxResponse });

export const taxApplied = applied('applied', 'created', 'A tax was applied to something.');
export const taxRemoved = applied('removed', 'deleted', 'A tax does not apply to something any more.');
