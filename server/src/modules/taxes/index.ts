import type { Module } from '../../kernel/module.ts';
import * as events from './taxes.events.ts';
import { taxesOperations } from './taxes.routes.ts';

export { loadTaxes } from './loadTaxes.sql.ts';

export const taxes: Module = { name: 'taxes', operations: taxesOperations, events: Object.values(events) };
