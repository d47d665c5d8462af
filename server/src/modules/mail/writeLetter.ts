import { Amount, Currency } from '@farthing/core/money';
import { localDate } from '@farthing/core/time';
import type { Read } from '../../kernel/envelope.ts';
import { creditNotePdf, fill, findCreditNote, findInvoice, invoicePdf, languageOf, partiesOf } from '../invoicing/index.ts';
import type { EmailRow } from './mail.sql.ts';
import type { Mail } from './mailPort.ts';
import { type MailWords, wordsOf } from './mailWords.ts';

/** The letter that goes with an invoice or a credit note on it, or reminds of it, in the language of the invoice; as plain text and as simple HTML. */
export async function writeLetter(read: Read, email: EmailRow): Promise<Mail> {
  const invoice = await findInvoice(read.db, email.invoice_id);
  if (invoice === undefined) throw new Error(`The invoice ${email.invoice_id} is gone.`);
  const { seller, buyer } = await partiesOf(read.db, invoice);
  const { locale } = languageOf(invoice.locale);
  const words = wordsOf(locale);
  const currency = Currency.parse(invoice.currency);
  const money = (minor: bigint) => Amount.format(Amount.of(minor), currency, locale);
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', calendar: 'gregory', numberingSystem: 'latn' });
  const day = (at: Temporal.Instant | null) => dates.format(localDate(at ?? invoice.created_at, invoice.timezone));
  const note = email.credit_note_id === null ? undefined : await findCreditNote(read.db, email.credit_note_id);
  const values = {
    note: note?.number ?? '',
    given: money(note?.total_amount_cents ?? 0n),
    number: invoice.invoice_number ?? '',
    seller: oneLine(seller.legal_name ?? seller.name),
    buyer: oneLine(buyer.name),
    issued: day(invoice.issued_at),
    due: day(invoice.due_date),
    total: money(invoice.total_cents),
    owed: money(invoice.amount_due_cents),
  };
  const isOwed = invoice.amount_due_cents > 0n;
  const { subject, body } = letterOf(email.kind, words, isOwed);
  const paragraphs = [...body, words.regards].map((text) => fill(text, values));
  const { bytes, filename } = note === undefined ? await invoicePdf(read, invoice.id, 'attachment') : await creditNotePdf(read, note.id);
  return {
    id: email.id,
    fromName: values.seller,
    replyTo: seller.email,
    to: email.recipient,
    subject: `${read.scope.tenant.environment === 'sandbox' ? '[sandbox] ' : ''}${fill(subject, values)}`,
    text: `${paragraphs.join('\n\n')}\n`,
    html: htmlOf(paragraphs, locale),
    attachment: { filename, bytes },
  };
}

function letterOf(kind: EmailRow['kind'], words: MailWords, isOwed: boolean): { readonly subject: string; readonly body: readonly string[] } {
  if (kind === 'credit_note') return { subject: words.noteSubject, body: [words.greeting, words.note] };
  if (kind === 'reminder') return { subject: words.reminderSubject, body: [words.greeting, words.reminder, words.ignore] };
  return { subject: words.subject, body: [words.greeting, words.invoice, isOwed ? words.owed : words.settled] };
}

/** Without what would end a line, or turn the direction of the text around it. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function htmlOf(paragraphs: readonly string[], locale: string): string {
  const escaped = paragraphs.map((text) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '').replaceAll('\n', '<br>'));
  const body = escaped.map((text) => `<p>${text}</p>`).join('');
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"></head><body style="font-family: sans-serif; font-size: 15px; line-height: 1.5; color: #1a1a1a">${body}</body></html>`;
}
