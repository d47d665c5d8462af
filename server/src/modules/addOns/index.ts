import type { Module } from '../../kernel/module.ts';
import * as events from './addOns.events.ts';
import { addOnsOperations } from './addOns.routes.ts';

export { addOnParams } from './addOns.schemas.ts';
export { type AddOnRow, findAddOn } from './addOns.sql.ts';

export const addOns: Module = { name: 'addOns', operations: addOnsOperations, events: Object.values(events) };
