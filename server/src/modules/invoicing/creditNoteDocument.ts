import { Amount, Currency, Rate } from '@farthing/core/money';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { type CreditNoteRow, findCreditNote, linesOfNotes, type NoteLines } from './creditNotes.sql.ts';
import { buyerOf, sellerOf } from './invoiceDocument.ts';
import { type FeeRow, feesOfInvoice, findInvoice, type InvoiceRow, partiesOf } from './invoicing.sql.ts';
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
  const given = items.filter((item) => item.amount > 0n);
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
    lines: given.map((item) => ({ description: fees.find(({ id }) => id === item.feeId)?.description ?? '', amount: item.amount })),
    totals: {
      subtotal: Amount.sum(given.map((item) => item.amount)),
      coupons: amount(note.coupons_amount_cents),
      taxes: taxes
        .filter(({ isVoid }) => !isVoid)
        .map(({ tax, base, amount: part }) => ({ name: tax.name, rate: Rate.toString(tax.rate), base, amount: part })),
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
  const lines = (await linesOfNotes(db, [note]))(note);
  const fees = await feesOfInvoice(db, invoice.id);
  const bytes = await renderCreditNotePdf(documentOf({ note, invoice, fees, ...lines, parties: await partiesOf(db, invoice) }));
  return { bytes, disposition: 'attachment' as const, filename: `${note.number ?? `draft-${note.id}`}.pdf` };
}
