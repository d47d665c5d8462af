import type { Module } from '../../kernel/module.ts';
import { auditOperations } from './audit.routes.ts';

export const audit: Module = { name: 'audit', operations: auditOperations };
