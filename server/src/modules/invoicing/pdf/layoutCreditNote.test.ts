import { Amount, Currency } from '@farthing/core/money';
import { describe, expect, it } from 'vitest';
import { InvoiceDoesNotAddUp } from './document.ts';
import { type CreditNoteDocument, layOutCreditNote } from './layoutCreditNote.ts';

const cents = Amount.of;
const party = { name: 'Ada', legalName: null, addressLines: [], country: null, taxId: null, email: null };

/** 39.86 of a plan, of which a coupon had paid 19.93, with 3.79 of tax: 23.72, of which 10.00 are paid back. */
const note: CreditNoteDocument = {
  state: 'finalized',
  number: 'INV-CN-000001',
  issueDate: Temporal.PlainDate.from('2026-02-10'),
  invoiceNumber: 'INV-000002',
  invoiceDate: Temporal.PlainDate.from('2026-02-01'),
  timeZone: 'Europe/Berlin',
  locale: 'en',
  currency: Currency.parse('EUR'),
  seller: { ...party, footer: null },
  buyer: { ...party, tradeName: null, vatId: null },
  lines: [{ description: 'Pro', amount: cents(3986) }],
  totals: {
    subtotal: cents(3986), coupons: cents(1993), taxes: [{ name: 'VAT', rate: '19', base: cents(1993), amount: cents(379) }],
    total: cents(2372), offset: cents(0), credit: cents(1372), refund: cents(1000),
  },
  notes: null,
};

describe('a credit note on paper', () => {
  it('names its invoice, and says what it comes to and where it goes', () => {
    const { title, facts, headline, totals } = layOutCreditNote(note);
    expect([title, headline.amount]).toEqual(['Credit note', '€23.72']);
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toContain('For invoice: INV-000002 (Feb 1, 2026)');
    expect(totals.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'Subtotal €39.86', 'Share of discounts -€19.93', 'VAT (19%) on €19.93 €3.79', 'Total credited €23.72', 'Credit for coming invoices €13.72', 'Paid back €10.00',
    ]);
  });

  it('speaks the language of its invoice', () => {
    expect(layOutCreditNote({ ...note, locale: 'de-AT' }).title).toBe('Gutschrift');
    expect(layOutCreditNote({ ...note, state: 'draft', number: null, locale: 'fr' })).toMatchObject({ title: 'Projet d’avoir', watermark: 'Projet' });
  });

  it('of which nothing is in force asks for nothing', () => {
    expect(layOutCreditNote({ ...note, state: 'voided' }).headline).toEqual({ amount: null, caption: 'This credit note is void' });
  });

  it('that does not add up is not written', () => {
    expect(() => layOutCreditNote({ ...note, totals: { ...note.totals, refund: cents(999) } })).toThrow(InvoiceDoesNotAddUp);
  });
});
