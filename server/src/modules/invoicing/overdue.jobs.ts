import { timer } from '../../kernel/timer.ts';
import { announce } from './announceInvoice.ts';
import { invoiceOverdue } from './invoicing.events.ts';
import { lockInvoice } from './invoicing.sql.ts';
import { isOverdue } from './presentInvoice.ts';

/** An invoice is overdue from the first moment after its due date on. */
export function overdueFrom(dueDate: Temporal.Instant): Temporal.Instant {
  return dueDate.add({ microseconds: 1 });
}

/** Falls due when an invoice is not paid in time, and says so; what was settled meanwhile is not overdue. */
export const overdueTimer = timer({
  kind: 'invoice.overdue',
  handle: async (tx, { subjectId }) => {
    const row = await lockInvoice(tx.db, subjectId);
    if (row !== undefined && isOverdue(row, tx.scope.now)) await announce(tx, invoiceOverdue, row.id);
  },
});
