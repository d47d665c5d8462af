import { sideOf } from '@farthing/core/ledger';
import { Amount, Rate } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import type { balanceQuery, LedgerBalanceResponse, LedgerEntryResponse, RevenueMonthResponse, revenueQuery } from './ledger.schemas.ts';
import { type listEntries, type MonthRow, sumBalances, sumRevenue } from './ledger.sql.ts';

type ListedEntry = Awaited<ReturnType<typeof listEntries>>['items'][number];

const rateOf = (text: string | null) => (text === null ? null : Rate.restore(text));

export function presentEntry(row: ListedEntry): z.output<typeof LedgerEntryResponse> {
  return { ...row, public_id: publicId('led', row.id), amount_cents: Amount.of(row.amount_cents), tax_rate: rateOf(row.tax_rate) };
}

/** Where every account stands on a day: the sums of the entries that count by then. */
export async function readBalances({ db, scope }: Read, query: z.output<typeof balanceQuery>): Promise<z.output<typeof LedgerBalanceResponse>[]> {
  // What was just posted is booked on the customer's local day, which may be tomorrow's here: the farthest zone is 14 hours ahead.
  const asOf = query.as_of ?? scope.now.add({ hours: 14 }).toZonedDateTimeISO('UTC').toPlainDate();
  const rows = await sumBalances(db, asOf, query.customer_id);
  return rows.map(({ debits, credits, tax_rate: rate, ...row }) => {
    const side = sideOf(row.account);
    const balance = side === 'debit' ? debits - credits : credits - debits;
    const sums = { debits_cents: Amount.of(debits), credits_cents: Amount.of(credits), balance_cents: Amount.of(balance) };
    return { ...row, ...sums, tax_rate: rateOf(rate), side, as_of: asOf.toString() };
  });
}

const longest = 120;

function monthsOf({ from, to }: z.output<typeof revenueQuery>): Temporal.PlainYearMonth[] {
  const count = from.until(to, { largestUnit: 'months' }).months + 1;
  if (count < 1) throw invalid('to', 'before_start', 'The last month lies before the first.');
  if (count > longest) throw invalid('to', 'too_long', `At most ${longest} months at once.`);
  return Array.from({ length: count }, (_, index) => from.add({ months: index }));
}

/** One currency, month after month: what is deferred at the end of one is deferred at the start of the next. */
function rollForward(currency: string, rows: readonly MonthRow[], months: readonly Temporal.PlainYearMonth[]): z.output<typeof RevenueMonthResponse>[] {
  const known = new Map(rows.map((row) => [row.month?.slice(0, 7) ?? null, row]));
  const before = known.get(null);
  let deferred = before === undefined ? 0n : before.added - before.released;
  return months.map((month) => {
    const { recognized = 0n, added = 0n, released = 0n } = known.get(month.toString()) ?? {};
    const start = deferred;
    deferred += added - released;
    return {
      month: month.toString(),
      currency,
      recognized_cents: Amount.of(recognized),
      deferred_start_cents: Amount.of(start),
      deferred_added_cents: Amount.of(added),
      deferred_released_cents: Amount.of(released),
      deferred_end_cents: Amount.of(deferred),
    };
  });
}

/** What was, or is to be, earned in each month, and what is deferred around it; by currency, then month. */
export async function recognizeRevenue({ db }: Read, query: z.output<typeof revenueQuery>): Promise<z.output<typeof RevenueMonthResponse>[]> {
  const months = monthsOf(query);
  const rows = await sumRevenue(db, query.from.toPlainDate({ day: 1 }), query.to.toPlainDate({ day: query.to.daysInMonth }));
  return [...Map.groupBy(rows, ({ currency }) => currency)].flatMap(([currency, own]) => rollForward(currency, own, months));
}
