import type { Module } from '../../kernel/module.ts';
import { integrationsOperations } from './integrations.routes.ts';

/** What other systems know of ours. */
export const integrations: Module = { name: 'integrations', operations: integrationsOperations };
