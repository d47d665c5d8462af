import { Amount, Currency } from '@farthing/core/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvoiceDoesNotAddUp, type InvoiceDocument } from './document.ts';
import { type InvoiceLayout, layOutInvoice } from './layout.ts';
import { dinarInvoice, draftInvoice, longYenInvoice, saasInvoice, totalsOf, voidedInvoice } from './sampleDocuments.ts';

const totals = (layout: InvoiceLayout): [string, string][] => layout.totals.map((row) => [row.label, row.value]);

describe('layOutInvoice', () => {
  it('prints every line, those of zero too, under the heading of its group', () => {
    const rows = layOutInvoice(saasInvoice).rows.map((row) =>
      row.kind === 'group' ? row.text : [row.description, row.units, row.unitPrice, row.amount],
    );
    expect(rows).toEqual([
      'Scale plan, production',
      ['Scale, monthly fee', '1', '$499.00', '$499.00'],
      ['API requests', '4,218,903', 'graduated', '$1,287.56'],
      ['Storage, region eu-central', '812.4375', '$0.023', '$18.69'],
      ['Seats', '23', '$40.00 per 5', '$200.00'],
      ['Sandbox requests', '0', '$0.0001', '$0.00'],
      'One-off',
      ['Onboarding workshop', '1', '$750.00', '$750.00'],
    ]);
  });

  it('prints the sums in the order in which they act, what is taken off with a minus', () => {
    // 2755.25 - 250.00 - 200.53 + 204.54 = 2509.26; - 15.00 - 500.00 = 1994.26.
    expect(totals(layOutInvoice(saasInvoice))).toEqual([
      ['Subtotal', '$2,755.25'],
      ['Already invoiced', '-$250.00'],
      ['Discount: Welcome', '-$200.53'],
      ['NY sales tax (8.875%) on $2,304.72', '$204.54'],
      ['Total', '$2,509.26'],
      ['Credit notes', '-$15.00'],
      ['Prepaid credits', '-$500.00'],
      ['Amount due', '$1,994.26'],
    ]);
  });

  it('names each coupon, and leaves out one that took nothing', () => {
    const coupons = [{ name: 'Annual agreement', amount: Amount.of(20_000) }, { name: 'Spare', amount: Amount.zero }, { name: 'Welcome', amount: Amount.of(53) }];
    const document = { ...saasInvoice, locale: 'fr', totals: { ...saasInvoice.totals, coupons } };
    const rows = layOutInvoice(document).totals.map((row) => row.label).filter((label) => label.startsWith('Remise'));
    expect(rows).toEqual(['Remise : Annual agreement', 'Remise : Welcome']);
  });

  it('leaves out what took nothing, but not a tax of nothing, which the law may ask to be named', () => {
    const labels = layOutInvoice(dinarInvoice).totals.map((row) => row.label.replaceAll('\u00a0', ' '));
    expect(labels).toEqual([
      'Zwischensumme',
      'Umsatzsteuer (Steuerschuldnerschaft des Leistungsempfängers) (0 %) auf 123.456.789.057,720 KWD',
      'Gesamtbetrag',
      'Offener Betrag',
    ]);
  });

  it('names the parties with their legal names first', () => {
    const [seller, buyer] = layOutInvoice(saasInvoice).parties;
    expect(seller).toEqual({
      heading: 'From',
      name: 'Northwind Cloud, Inc.',
      lines: [
        'Northwind Cloud',
        '548 Market Street, Suite 120',
        'San Francisco, CA 94104',
        'United States',
        'Tax ID: 94-3280091',
        'billing@northwind.example',
      ],
    });
    expect(buyer?.name).toBe('Acme Analytics & Sons LLC');
    // A buyer without a legal name has its own name alone, once.
    expect(layOutInvoice(longYenInvoice).parties[1]?.lines[0]).toBe('1-2-3 Shibuya');
  });

  it('prints dates of the zone of the customer', () => {
    expect(layOutInvoice(longYenInvoice).facts.map((fact) => [fact.label, fact.value.replaceAll('\u2009', ' ')])).toEqual([
      ['Invoice number', 'JP-000061'],
      ['Issue date', 'Nov 1, 2026'],
      ['Due date', 'Nov 30, 2026'],
      ['Billing period', 'Oct 1 – 31, 2026'],
      ['Currency', 'JPY'],
    ]);
  });

  it('says so when there is nothing on the invoice', () => {
    const empty: InvoiceDocument = { ...saasInvoice, lines: [], totals: totalsOf([]) };
    expect(layOutInvoice(empty).rows).toEqual([{ kind: 'group', text: 'No items' }]);
  });
});

describe('the state of the invoice', () => {
  const summary = (document: InvoiceDocument): unknown => {
    const { title, badge, watermark, headline } = layOutInvoice(document);
    return [title, badge?.text, watermark, headline.amount?.replaceAll('\u00a0', ' '), headline.caption];
  };

  it('asks for money only when it is owed', () => {
    const zero = { ...saasInvoice, lines: [], totals: totalsOf([]) };
    const prepaid = { ...saasInvoice, totals: totalsOf(saasInvoice.lines, { prepaidCredits: Amount.of(275525) }) };
    expect(summary(saasInvoice)).toEqual(['Invoice', undefined, null, '$1,994.26', 'Due on Dec 31, 2026']);
    expect(summary({ ...saasInvoice, dueDate: null })).toEqual(['Invoice', undefined, null, '$1,994.26', 'Amount due']);
    expect(summary(longYenInvoice)).toEqual(['Invoice', 'Paid', null, '¥242,748', 'Paid in full']);
    expect(summary({ ...zero, state: 'paid' })).toEqual(['Invoice', 'Paid', null, '$0.00', 'Nothing to pay']);
    expect(summary(prepaid)).toEqual(['Invoice', undefined, null, '$0.00', 'Nothing to pay']);
  });

  it('marks what is no valid invoice across the page', () => {
    expect(summary(draftInvoice)).toEqual(['Projekt faktury', undefined, 'Projekt', '1994,26 USD', 'To nie jest wezwanie do zapłaty']);
    expect(summary({ ...saasInvoice, state: 'preview' })).toEqual([
      'Invoice preview',
      undefined,
      'Preview',
      '$1,994.26',
      'This is not a request for payment',
    ]);
    expect(summary({ ...voidedInvoice, locale: 'en' })).toEqual([
      'Invoice',
      'Void',
      'Void',
      undefined,
      'This invoice is void: no payment is due',
    ]);
  });

  it('leaves out the sum due of a voided invoice', () => {
    expect(layOutInvoice({ ...voidedInvoice, locale: 'en' }).totals.at(-1)?.label).toBe('Prepaid credits');
  });
});

describe('an invoice that does not add up', () => {
  it('is not printed', () => {
    const subtotal = { ...saasInvoice.totals, subtotal: Amount.of(275524) };
    const total = { ...saasInvoice.totals, total: Amount.of(250925) };
    expect(() => layOutInvoice({ ...saasInvoice, totals: subtotal })).toThrow(InvoiceDoesNotAddUp);
    expect(() => layOutInvoice({ ...saasInvoice, totals: total })).toThrow(InvoiceDoesNotAddUp);
  });
});

/** Reads an amount back from paper: its digits are its minor units, since all digits of the currency are always printed. */
function readBack(printed: string): bigint {
  const minor = BigInt(printed.replace(/\D/g, ''));
  return /[-−]/.test(printed) ? -minor : minor;
}

describe('law: the printed lines give the printed sums', () => {
  const amount = (limit: bigint): fc.Arbitrary<Amount> =>
    fc.bigInt({ min: -limit, max: limit }).map((minor) => Amount.of(minor));
  const magnitude = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((minor) => Amount.of(minor));
  const document = fc.record({
    locale: fc.constantFrom('en', 'en-GB', 'de', 'de-CH', 'fr', 'es', 'it', 'nl', 'pt', 'pt-BR', 'pl', 'ja'),
    currency: fc.constantFrom(...Currency.all().map((info) => info.code)),
    amounts: fc.array(amount(10n ** 13n), { maxLength: 40 }),
    taxes: fc.array(magnitude, { maxLength: 3 }),
    progressiveCredit: magnitude,
    coupons: fc.array(magnitude.map((amount) => ({ name: 'Welcome', amount })), { maxLength: 3 }),
    creditNotes: magnitude,
    prepaidCredits: magnitude,
    paid: magnitude,
    writtenOff: magnitude,
  });

  it('in every currency and language', () => {
    fc.assert(
      fc.property(document, ({ locale, currency, amounts, taxes, ...parts }) => {
        const lines = amounts.map((each) => ({
          group: null,
          description: 'x',
          detail: null,
          period: null,
          units: null,
          unitPrice: null,
          amount: each,
        }));
        const sums = totalsOf(lines, {
          ...parts,
          taxes: taxes.map((tax) => ({ name: 'VAT', rate: '19', base: Amount.zero, amount: tax })),
        });
        const layout = layOutInvoice({ ...saasInvoice, locale, currency, lines, totals: sums });

        const printed = layout.rows.map((row) => (row.kind === 'line' ? readBack(row.amount) : 0n));
        let running = printed.reduce((sum, each) => sum + each, 0n);
        const [subtotal, ...rest] = layout.totals;
        expect(readBack(subtotal?.value ?? '')).toBe(running);
        for (const row of rest) {
          if (row.weight === 'plain') running += readBack(row.value);
          else expect(readBack(row.value)).toBe(running);
        }
        expect(running).toBe(sums.due);
      }),
    );
  });
});
