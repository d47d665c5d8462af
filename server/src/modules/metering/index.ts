import type { Module } from '../../kernel/module.ts';
import { meteringOperations } from './metering.routes.ts';

export const metering: Module = { name: 'metering', operations: meteringOperations };
