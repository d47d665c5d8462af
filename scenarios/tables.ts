import type { WireCreditNote, WireFee, WireInvoice } from './wire.ts';

/** A table as it is written in a test: without the first and last line break and without the indentation of the code around it. */
export function text(strings: TemplateStringsArray): string {
  const lines = (strings[0] ?? '').split('\n').slice(1, -1);
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd()).join('\n');
}

/** Invoices as a text table, in the order given; scenarios/README.md says how to read one. */
export function invoiceTable(invoices: readonly WireInvoice[], zone: string): string {
  const rows = invoices.flatMap((invoice) => [headOf(invoice, zone), ...feeRows(invoice, zone), ...sumRows(invoice)]);
  return layOut(rows);
}

/** Credit notes as a text table; `numberOf` names the invoice that each note credits. */
export function creditNoteTable(notes: readonly WireCreditNote[], numberOf: (invoiceId: string) => string): string {
  return layOut(
    notes.map((note) => ({
      cells: [
        `${note.number}  on ${numberOf(note.invoice_id)}  ${note.description}`,
        `total ${major(note.total_amount_cents, note.currency)}`,
        `credit ${major(note.credit_amount_cents, note.currency)}`,
        `left ${major(note.balance_amount_cents, note.currency)}`,
      ],
    })),
  );
}

/** Cells, of which the first two are flush left and the others flush right; or one line that takes its width from nobody. */
type Row = { readonly cells: readonly string[] } | { readonly line: string };

function headOf(invoice: WireInvoice, zone: string): Row {
  const when =
    invoice.finalize_at !== null ? `until ${wall(invoice.finalize_at, zone)}` : `issued ${invoice.issued_at === null ? 'never' : wall(invoice.issued_at, zone)}`;
  const period = `for ${wall(invoice.billing_period_start, zone)} to ${wall(invoice.billing_period_end, zone)}`;
  return { line: [invoice.invoice_number ?? 'no number', invoice.status, when, period, invoice.currency].join('  ') };
}

function feeRows({ fees, currency }: WireInvoice, zone: string): Row[] {
  return fees.map((fee: WireFee) => ({
    cells: [
      `  ${fee.description}`,
      `${wall(fee.from_datetime, zone)} to ${wall(fee.to_datetime, zone)}`,
      cut(fee.units),
      cut(fee.precise_amount_cents),
      major(fee.amount_cents, currency),
    ],
  }));
}

/** Total and due always, of the rest what is not zero. */
function sumRows(invoice: WireInvoice): Row[] {
  const sums: readonly (readonly [string, number])[] = [
    ...(invoice.subtotal_cents === invoice.total_cents ? [] : [['subtotal', invoice.subtotal_cents] as const]),
    ['progressive credit', -invoice.progressive_billing_credit_amount_cents],
    ...invoice.coupons.map((coupon) => [`coupon ${coupon.coupon_name}`, -coupon.amount_cents] as const),
    ['tax', invoice.tax_amount_cents],
    ['total', invoice.total_cents],
    ['credit notes', -invoice.credit_notes_amount_cents],
    ['prepaid credits', -invoice.prepaid_credit_amount_cents],
    ['paid', -invoice.amount_paid_cents],
    ['due', invoice.amount_due_cents],
  ];
  const shown = sums.filter(([name, amount]) => amount !== 0 || name === 'total' || name === 'due');
  return shown.map(([name, amount]) => ({ cells: [`  ${name}`, '', '', '', major(amount, invoice.currency)] }));
}

/** Local date, with the wall time where it is not midnight. */
function wall(instant: string, zone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  const time = local.toPlainTime();
  const date = local.toPlainDate().toString();
  if (time.equals('00:00')) return date;
  return `${date}T${time.toString({ smallestUnit: time.second === 0 && time.millisecond === 0 ? 'minute' : 'second' })}`;
}

/** A decimal with four digits after the point; what is cut off shows as …, never as a rounding. */
function cut(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  if (fraction.length <= 4) return decimal;
  return `${whole}.${fraction.slice(0, 4)}…`;
}

/** Minor units in the currency's own digits: 2687 is 26.87 USD, 2687 JPY, 2.687 KWD. */
function major(minor: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const padded = Math.abs(minor).toString().padStart(digits + 1, '0');
  const point = padded.length - digits;
  const amount = digits === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
  return minor < 0 ? `-${amount}` : amount;
}

function layOut(rows: readonly Row[]): string {
  const cells = rows.flatMap((row) => ('cells' in row ? [row.cells] : []));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => {
    if ('line' in row) return row.line;
    const padded = row.cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
    return padded.join('  ').trimEnd();
  });
  return lines.join('\n');
}
