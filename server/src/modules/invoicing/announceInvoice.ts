import type { z } from 'zod';
import type { Read, Tx } from '../../kernel/envelope.ts';
import type { EventType } from '../../kernel/event.ts';
import { notFound } from '../../kernel/problem.ts';
import { couponLinesOf } from './couponLines.sql.ts';
import type { InvoiceResponse } from './invoicing.schemas.ts';
import { shownOn } from './invoiceSubscriptions.sql.ts';
import { feesOfInvoice, findInvoice } from './invoicing.sql.ts';
import { presentInvoice } from './presentInvoice.ts';

type PresentedInvoice = z.output<typeof InvoiceResponse>;

/** The invoice as it stands, or 404. */
export async function readInvoice({ db, scope }: Read, id: string): Promise<PresentedInvoice> {
  const row = await findInvoice(db, id);
  if (row === undefined) throw notFound('invoice');
  const fees = await feesOfInvoice(db, id);
  const coupons = await couponLinesOf(db, row.coupons_amount_cents === 0n ? [] : [id]);
  return presentInvoice(row, { fees, coupons: coupons.get(id) ?? [], subscriptions: await shownOn(db, row) }, scope.now);
}

/** Emits what happened to an invoice, with the invoice as it stands now, and answers that. */
export async function announce(tx: Tx, type: EventType<typeof InvoiceResponse>, id: string, before?: PresentedInvoice): Promise<PresentedInvoice> {
  const data = await readInvoice(tx, id);
  await tx.emit(type, before === undefined ? { id, data } : { id, data, before });
  return data;
}
