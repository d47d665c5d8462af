import { type Api, forEachOf } from './callApi.ts';
import { randomOf } from './random.ts';

/** What the demo reads of an invoice. */
export interface DemoInvoice {
  readonly id: string;
  readonly status: string;
  readonly customer_id: string;
  readonly billing_period_start: string;
  readonly currency: string;
  readonly total_cents: number;
  readonly amount_paid_cents: number;
  readonly amount_due_cents: number;
  readonly payment_overdue: boolean;
  readonly issued_at: string | null;
  readonly due_date: string | null;
}

/** How a customer pays an invoice: after how many days, never, or half of it. The same for the same seed. */
function mannerOf(invoice: DemoInvoice, externalId: string, seed: string): { readonly days: number; readonly half: boolean } | null {
  const random = randomOf(seed, 'payment', externalId, invoice.billing_period_start, invoice.total_cents);
  const luck = random.fraction();
  if (luck < 0.05) return null;
  if (luck < 0.08) return { days: random.between(5, 20), half: true };
  return { days: luck < 0.2 ? random.between(32, 70) : random.between(2, 13), half: false };
}

/** Records the payments that have come in by now: most in time, some late, some only in part. */
export async function payInvoices(api: Api, externalIds: ReadonlyMap<string, string>, now: Temporal.Instant, seed: string): Promise<void> {
  const open = await api.list<DemoInvoice>('/v1/invoices?status=finalized&order_by=created_at:asc');
  await forEachOf(open, 4, async (invoice) => {
    const manner = mannerOf(invoice, externalIds.get(invoice.customer_id) ?? '', seed);
    if (manner === null || invoice.issued_at === null || invoice.amount_due_cents === 0) return;
    const arrives = Temporal.Instant.from(invoice.issued_at).add({ hours: manner.days * 24 });
    if (Temporal.Instant.compare(arrives, now) > 0 || (manner.half && invoice.amount_paid_cents > 0)) return;
    const amount = manner.half ? Math.ceil(invoice.amount_due_cents / 2) : invoice.amount_due_cents;
    await api.call('POST', '/v1/payments/record', { invoice_id: invoice.id, amount, currency: invoice.currency, reference: 'bank transfer' });
  });
}
