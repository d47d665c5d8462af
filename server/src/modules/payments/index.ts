import type { Module } from '../../kernel/module.ts';
import * as events from './payments.events.ts';
import { paymentsOperations } from './payments.routes.ts';

export const payments: Module = {
  name: 'payments',
  operations: paymentsOperations,
  events: Object.values(events),
};
