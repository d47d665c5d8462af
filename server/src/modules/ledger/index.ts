import type { Module } from '../../kernel/module.ts';
import { ledgerOperations } from './ledger.routes.ts';

export { bookingDay, post, postVoid, readDeferral } from './postEntries.ts';

export const ledger: Module = {
  name: 'ledger',
  operations: ledgerOperations,
};
