import type { Module } from '../../kernel/module.ts';
import { meteringOperations } from './metering.routes.ts';
import { usageOperations } from './usage.routes.ts';

export { measureUsage } from './measureUsage.ts';

export const metering: Module = { name: 'metering', operations: [...meteringOperations, ...usageOperations] };
