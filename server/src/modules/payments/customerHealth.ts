import { Amount } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { findCustomer } from '../customers/index.ts';
import type { CustomerHealthResponse } from './payments.schemas.ts';
import { healthFigures } from './payments.sql.ts';

/** critical: something is overdue, or two payments failed. warning: something is unpaid, or one payment failed. Else good. */
export async function customerHealth({ db, scope }: Read, reference: string): Promise<z.output<typeof CustomerHealthResponse>> {
  const customer = await findCustomer(db, reference);
  if (customer === undefined) throw notFound('customer');
  const figures = await healthFigures(db, customer.id, scope.now);
  const { overdue_invoices: overdue, failed_payments: failed, total_invoices: total, paid_invoices: paid } = figures;
  const critical = overdue > 0 || failed >= 2;
  const warning = total > paid || failed === 1;
  return { ...figures, overdue_amount: Amount.of(figures.overdue_amount), status: critical ? 'critical' : warning ? 'warning' : 'good' };
}
