import { Amount, Currency } from '@farthing/core/money';
import type { Period } from '@farthing/core/time';
import type { InvoiceCoupon, InvoiceDocument, InvoiceLine, InvoiceTax, InvoiceTotals } from './document.ts';

/** Documents that the tests of this folder print: one of each kind that has been awkward on paper. */

const NEW_YORK = 'America/New_York';

function days(first: string, afterLast: string, zone: string): Period {
  const midnight = (day: string): Temporal.Instant => Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant();
  return { start: midnight(first), end: midnight(afterLast) };
}

function line(fields: Partial<InvoiceLine> & { description: string; amount: Amount }): InvoiceLine {
  return { group: null, detail: null, period: null, units: null, unitPrice: null, ...fields };
}

/** Sums of the lines; what is not named is zero. */
export function totalsOf(
  lines: readonly InvoiceLine[],
  parts: Partial<Omit<InvoiceTotals, 'subtotal' | 'total' | 'due'>> = {},
): InvoiceTotals {
  const zero = Amount.zero;
  const all = { progressiveCredit: zero, coupons: [] as InvoiceCoupon[], taxes: [] as InvoiceTax[], ...parts };
  const after = { creditNotes: zero, prepaidCredits: zero, paid: zero, writtenOff: zero, ...parts };
  const subtotal = Amount.sum(lines.map((each) => each.amount));
  const taxes = Amount.sum(all.taxes.map((tax) => tax.amount));
  const coupons = Amount.sum(all.coupons.map((coupon) => coupon.amount));
  const total = Amount.of(subtotal - all.progressiveCredit - coupons + taxes);
  const due = Amount.of(total - after.creditNotes - after.prepaidCredits - after.paid - after.writtenOff);
  return { ...all, ...after, subtotal, total, due };
}

const november = days('2026-11-01', '2026-12-01', NEW_YORK);
const december = days('2026-12-01', '2027-01-01', NEW_YORK);

const saasLines: readonly InvoiceLine[] = [
  line({
    group: 'Scale plan, production',
    description: 'Scale, monthly fee',
    period: december,
    units: '1',
    unitPrice: '$499.00',
    amount: Amount.of(49900),
  }),
  line({
    group: 'Scale plan, production',
    description: 'API requests',
    detail: 'Graduated: 0-1,000,000 at $0.00, above at $0.0004',
    period: november,
    units: '4218903',
    unitPrice: 'graduated',
    amount: Amount.of(128756),
  }),
  line({
    group: 'Scale plan, production',
    description: 'Storage, region eu-central',
    detail: '$0.023 per GB',
    period: november,
    units: '812.4375',
    unitPrice: '$0.023',
    amount: Amount.of(1869),
  }),
  line({
    group: 'Scale plan, production',
    description: 'Seats',
    detail: 'Package: 5 seats at $40.00',
    period: november,
    units: '23',
    unitPrice: '$40.00 per 5',
    amount: Amount.of(20000),
  }),
  line({ group: 'Scale plan, production', description: 'Sandbox requests', period: november, units: '0', unitPrice: '$0.0001', amount: Amount.zero }),
  line({ group: 'One-off', description: 'Onboarding workshop', units: '1', unitPrice: '$750.00', amount: Amount.of(75000) }),
];

/** Six lines of a SaaS invoice with everything that can stand in its totals. */
export const saasInvoice: InvoiceDocument = {
  state: 'finalized',
  number: 'INV-2026-000418',
  issueDate: Temporal.PlainDate.from('2026-12-01'),
  dueDate: Temporal.PlainDate.from('2026-12-31'),
  billingPeriod: november,
  timeZone: NEW_YORK,
  locale: 'en-US',
  currency: Currency.parse('USD'),
  seller: {
    name: 'Northwind Cloud',
    legalName: 'Northwind Cloud, Inc.',
    addressLines: ['548 Market Street, Suite 120', 'San Francisco, CA 94104'],
    country: 'US',
    taxId: '94-3280091',
    email: 'billing@northwind.example',
    footer: 'Northwind Cloud, Inc. is registered in Delaware.\nRemit to: First Example Bank, routing 021000021, account 000123456789',
  },
  buyer: {
    name: 'Acme Analytics',
    legalName: 'Acme Analytics & Sons LLC',
    tradeName: null,
    addressLines: ['350 Fifth Avenue, 21st floor', 'New York, NY 10118'],
    country: 'US',
    taxId: '13-5562308',
    vatId: null,
    email: 'ap@acme.example',
  },
  purchaseOrderNumber: 'PO-88213',
  lines: saasLines,
  // 49900 + 128756 + 1869 + 20000 + 0 + 75000 = 275525; less 25000 and 20052.50 rounded; tax 8.875 % of 230472 = 20454.39 -> 20454.
  totals: totalsOf(saasLines, {
    progressiveCredit: Amount.of(25000),
    coupons: [{ name: 'Welcome', amount: Amount.of(20053) }],
    taxes: [{ name: 'NY sales tax', rate: '8.875', base: Amount.of(230472), amount: Amount.of(20454) }],
    creditNotes: Amount.of(1500),
    prepaidCredits: Amount.of(50000),
  }),
  notes: 'Thank you for your business. Questions about usage are answered by the usage explorer of your portal, down to the single event.',
  paymentTerms: 'Net 30 days. Please name the invoice number with your payment.',
};

const tokyo = 'Asia/Tokyo';
const jpyLines: readonly InvoiceLine[] = Array.from({ length: 60 }, (_, index) =>
  line({
    group: `Project ${String.fromCharCode(65 + Math.floor(index / 12))}`,
    description: `Compute instance c${(index % 12) + 1}.large`,
    detail: index % 3 === 0 ? 'Volume: all hours at ¥12' : null,
    period: days('2026-10-01', '2026-11-01', tokyo),
    units: String(100 + index * 7),
    unitPrice: '¥12',
    amount: Amount.of((100 + index * 7) * 12),
  }),
);

/** A currency without minor units, over several pages. */
export const longYenInvoice: InvoiceDocument = {
  ...saasInvoice,
  state: 'paid',
  number: 'JP-000061',
  issueDate: Temporal.PlainDate.from('2026-11-01'),
  dueDate: Temporal.PlainDate.from('2026-11-30'),
  billingPeriod: days('2026-10-01', '2026-11-01', tokyo),
  timeZone: tokyo,
  locale: 'en-US',
  currency: Currency.parse('JPY'),
  buyer: {
    name: 'Kitsune Games KK',
    legalName: null,
    tradeName: null,
    addressLines: ['1-2-3 Shibuya', 'Tokyo 150-0002'],
    country: 'JP',
    taxId: 'T1234567890123',
    vatId: null,
    email: 'keiri@kitsune.example',
  },
  purchaseOrderNumber: null,
  lines: jpyLines,
  // Units are 60 x 100 + 7 x (0 + ... + 59) = 6000 + 12390 = 18390 hours at 12 = 220680; 10 % of it is 22068.
  totals: totalsOf(jpyLines, {
    taxes: [{ name: 'Consumption tax', rate: '10', base: Amount.of(220680), amount: Amount.of(22068) }],
    paid: Amount.of(242748),
  }),
  notes: null,
};

const kuwait = 'Asia/Kuwait';
const longName =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft für Wasserwirtschaft und Küstenschutz mbH & Co. KG';
const dinarLines: readonly InvoiceLine[] = [
  line({
    group: `Abonnement „Unternehmen Plus“ der ${longName}`,
    description: `Nachrichtenversand für ${longName}, Niederlassung Μπλε Ελλάδα / Кириллица / Łódź`,
    detail: 'Gestaffelt: 0–1.000.000 zu 0,000 KWD, 1.000.001–25.000.000 zu 0,00125 KWD, darüber zu 0,0009 KWD je Nachricht',
    period: days('2026-11-01', '2026-12-01', kuwait),
    units: '123456789012.123456789',
    unitPrice: 'gestaffelt nach Anzahl der Nachrichten im Abrechnungszeitraum',
    amount: Amount.of(123456789012345n),
  }),
  line({
    description: 'https://api.example/v1/organisationen/0192f0c4-7a40-7c5e-9a55-5f3f4bb3a1b2/warteschlangen/posteingang?sortierung=datum',
    period: days('2026-11-01', '2026-12-01', kuwait),
    units: '42',
    unitPrice: '1,250 KWD',
    amount: Amount.of(52500),
  }),
  line({ description: 'Gutschrift für ungenutzte Tage', amount: Amount.of(-7125) }),
];

/** Fifteen digits, three decimals, and names that fit nowhere. */
export const dinarInvoice: InvoiceDocument = {
  ...saasInvoice,
  number: 'RE-2026-0009',
  locale: 'de-DE',
  currency: Currency.parse('KWD'),
  billingPeriod: days('2026-11-01', '2026-12-01', kuwait),
  timeZone: kuwait,
  seller: {
    ...saasInvoice.seller,
    name: 'Nordwind',
    legalName: 'Nordwind Wolkendienste und Rechenzentrumsbetriebsgesellschaft mbH',
    addressLines: ['Straße der Pariser Kommune 38', '10243 Berlin'],
    country: 'DE',
    taxId: 'DE 136 695 976',
    footer: 'Geschäftsführung: Zoë Müller-Łuczak · Amtsgericht Charlottenburg HRB 12345 B · IBAN DE89 3704 0044 0532 0130 00',
  },
  buyer: {
    name: 'Wasserwirtschaft',
    legalName: longName,
    tradeName: 'Ελληνική Ακτοπλοΐα Кириллица Łódź',
    addressLines: ['Gewerbegebiet an der alten Ziegelei, Halle 17, Aufgang C, Hinterhaus', 'ul. Piotrkowska 217', '90-451 Łódź'],
    country: 'PL',
    taxId: null,
    vatId: 'PL 725 18 01 126',
    email: 'rechnungseingang.zentrale@wasserwirtschaft-und-kuestenschutz.example',
  },
  lines: dinarLines,
  totals: totalsOf(dinarLines, {
    taxes: [
      {
        name: 'Umsatzsteuer (Steuerschuldnerschaft des Leistungsempfängers)',
        rate: '0',
        base: Amount.of(123456789057720n),
        amount: Amount.zero,
      },
    ],
  }),
  notes: null,
  paymentTerms: 'Zahlbar innerhalb von 30 Tagen ohne Abzug.',
};

/** A draft has no number and asks for nothing. */
export const draftInvoice: InvoiceDocument = {
  ...saasInvoice,
  state: 'draft',
  number: null,
  locale: 'pl-PL',
  notes: null,
};

export const voidedInvoice: InvoiceDocument = { ...saasInvoice, state: 'voided', locale: 'fr-FR' };
