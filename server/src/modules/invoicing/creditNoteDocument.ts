import { Amount, Currency } from '@farthing/core/money';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { type CreditNoteRow, findCreditNote, linesOfNotes, type NoteLines } from './creditNotes.sql.ts';
import { buyerOf, sellerOf } from './invoiceDocument.ts';
import { type FeeRow, feesOfInvoices, findInvoice, type InvoiceRow, partiesOf } from './invoicing.sql.ts';
import type { CreditNoteDocument } from './pdf/layoutCreditNote.ts';
import { renderCreditNotePdf } from './pdf/renderInvoicePdf.ts';

interface NoteFacts extends NoteLines {
  readonly note: CreditNoteRow;
  readonly invoice: InvoiceRow;
  readonly fees: readonly FeeRow[];
  readonly parties: Awaited<ReturnType<typeof partiesOf>>;
}

function documentOf({ note, invoice, fees, items, taxes, parties }: NoteFacts): CreditNoteDocument {
  const amount = (minor: bigint) => Amount.of(minor);
  const day = (at: Temporal.Instant | null) => (at ?? note.created_at).toZonedDateTimeISO(invoice.timezone).toPlainDate();
  const given = items.filter((item) => item.amount_cents > 0n);
  const { total_amount_cents: total, credit_amount_cents: credit, refund_amount_cents: refund } = note;
  return {
    state: note.voided_at === null ? note.status : 'voided',
    number: note.number,
    issueDate: day(note.issued_at),
    invoiceNumber: invoice.invoice_number ?? '',
    invoiceDate: day(invoice.issued_at),
    timeZone: invoice.timezone,
    locale: invoice.locale,
    currency: Currency.parse(note.currency),
    seller: sellerOf(parties),
    buyer: buyerOf(parties),
    lines: given.map((item) => ({ description: fees.find(({ id }) => id === item.fee_id)?.description ?? '', amount: amount(item.amount_cents) })),
    totals: {
      subtotal: Amount.sum(given.map((item) => amount(item.amount_cents))),
      coupons: amount(note.coupons_amount_cents),
      taxes: taxes
        .filter((tax) => !tax.is_void)
        .map((tax) => ({ name: tax.tax_name, rate: tax.tax_rate, base: amount(tax.base_amount_cents), amount: amount(tax.amount_cents) })),
      total: amount(total),
      offset: amount(total - credit - refund),
      credit: amount(credit),
      refund: amount(refund),
    },
    notes: note.description,
  };
}

/** The credit note as a PDF, in the language of its invoice, drawn from the same rows the API shows. */
export async function creditNotePdf({ db }: Read, id: string) {
  const note = await findCreditNote(db, id);
  const invoice = note && (await findInvoice(db, note.invoice_id));
  if (note === undefined || invoice === undefined) throw notFound('credit note');
  const lines = (await linesOfNotes(db, [id]))(id);
  const fees = (await feesOfInvoices(db, [invoice.id])).get(invoice.id) ?? [];
  const bytes = await renderCreditNotePdf(documentOf({ note, invoice, fees, ...lines, parties: await partiesOf(db, invoice) }));
  return { bytes, disposition: 'attachment' as const, filename: `${note.number ?? `draft-${note.id}`}.pdf` };
}
