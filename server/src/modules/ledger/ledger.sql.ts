import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { together } from '../../kernel/db/together.ts';
import { insertOf, rowsGiven } from '../../kernel/db/writes.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

type EntryRow = Selectable<Tables['ledger_entries']>;
type PostingRow = Selectable<Tables['ledger_postings']>;

/** An entry with the columns that are written; dates as text. */
type EntryColumns = Omit<EntryRow, 'tenant_id' | 'posting_id' | 'created_at'>;

interface WrittenPosting {
  readonly posting: PostingRow;
  readonly entries: readonly EntryColumns[];
}

/** Writes a posting and its entries in one statement. A document that posted this kind before is refused by its unique index. */
export const insertPosting = together<WrittenPosting>(async (db, postings) => {
  const lines = postings.flatMap(({ posting, entries }) => entries.map((entry) => ({ ...entry, posting_id: posting.id })));
  await sql`
    with posting as (
      ${insertOf('ledger_postings', postings.map(({ posting }) => posting))}
      returning tenant_id, id, posted_at)
    insert into ledger_entries (tenant_id, posting_id, created_at, id, line, account, currency, amount_cents, booked_on, is_release, fee_id, wallet_id, tax_jurisdiction, tax_rate)
    select posting.tenant_id, posting.id, posting.posted_at, given.id, given.line, given.account, given.currency, given.amount_cents, given.booked_on, given.is_release,
      given.fee_id, given.wallet_id, given.tax_jurisdiction, given.tax_rate
    from posting join ${rowsGiven('ledger_entries', lines)} on given.posting_id = posting.id`.execute(db);
  return postings.map(() => undefined);
});

/** What a document posted of one kind, in the order of its lines. */
export async function entriesOf(db: ReadDb, documentId: string, kind: PostingRow['kind']): Promise<EntryRow[]> {
  return db
    .selectFrom('ledger_entries as e')
    .innerJoin('ledger_postings as p', (join) => join.onRef('p.tenant_id', '=', 'e.tenant_id').onRef('p.id', '=', 'e.posting_id'))
    .selectAll('e')
    .where('p.document_id', '=', documentId)
    .where('p.kind', '=', kind)
    .orderBy('e.line')
    .execute();
}

/** What is released of a fee of an invoice, and of its discount, on which days; no rows for one that was never deferred. */
export async function releaseSums(db: ReadDb, invoiceId: string, feeId: string): Promise<{ account: EntryRow['account']; booked_on: string; amount: bigint }[]> {
  const { rows } = await sql<{ account: EntryRow['account']; booked_on: string; amount: bigint }>`
    select e.account, e.booked_on, sum(e.amount_cents)::bigint as amount
    from ledger_postings p join ledger_entries e on e.tenant_id = p.tenant_id and e.posting_id = p.id
    where p.invoice_id = ${invoiceId} and e.fee_id = ${feeId} and e.account in ('deferred_revenue', 'discounts') and e.is_release
    group by 1, 2 having sum(e.amount_cents) <> 0 order by 2, 1`.execute(db);
  return rows;
}

interface EntryFilters {
  readonly account?: EntryRow['account'] | undefined;
  readonly customer_id?: string | undefined;
  readonly document_id?: string | undefined;
  readonly from?: Temporal.PlainDate | undefined;
  readonly to?: Temporal.PlainDate | undefined;
}

/** Entries with their postings. A document's are those it posted and, of an invoice, a credit note or a wallet, those that moved it. */
export async function listEntries(db: ReadDb, page: PageRequest & EntryFilters) {
  let query = db
    .selectFrom('ledger_entries as e')
    .innerJoin('ledger_postings as p', (join) => join.onRef('p.tenant_id', '=', 'e.tenant_id').onRef('p.id', '=', 'e.posting_id'))
    .selectAll('e')
    .select(['p.kind', 'p.document_type', 'p.document_id', 'p.customer_id', 'p.invoice_id', 'p.credit_note_id']);
  const { account, customer_id: customer, document_id: document, from, to } = page;
  if (account !== undefined) query = query.where('e.account', '=', account);
  if (customer !== undefined) query = query.where('p.customer_id', '=', customer);
  if (document !== undefined)
    query = query.where((e) => e.or([e('p.document_id', '=', document), e('p.invoice_id', '=', document), e('p.credit_note_id', '=', document), e('e.wallet_id', '=', document)]));
  if (from !== undefined) query = query.where('e.booked_on', '>=', from.toString());
  if (to !== undefined) query = query.where('e.booked_on', '<=', to.toString());
  return listRows(query, page, {
    sortable: { created_at: 'e.created_at', booked_on: 'e.booked_on', amount_cents: 'e.amount_cents' },
    idColumn: 'e.id',
  });
}

export interface BalanceRow {
  readonly account: EntryRow['account'];
  readonly currency: string;
  readonly tax_jurisdiction: string | null;
  readonly tax_rate: string | null;
  readonly debits: bigint;
  readonly credits: bigint;
}

/** Sums of the entries that count on this day, of all customers or of one. */
export async function sumBalances(db: ReadDb, on: Temporal.PlainDate, customerId: string | undefined): Promise<BalanceRow[]> {
  const ofCustomer = customerId === undefined ? sql`true` : sql`exists (select from ledger_postings p
    where p.tenant_id = e.tenant_id and p.id = e.posting_id and p.customer_id = ${customerId})`;
  const { rows } = await sql<BalanceRow>`
    select e.account, e.currency, e.tax_jurisdiction, e.tax_rate,
      coalesce(sum(e.amount_cents) filter (where e.amount_cents > 0), 0)::bigint as debits,
      coalesce(-sum(e.amount_cents) filter (where e.amount_cents < 0), 0)::bigint as credits
    from ledger_entries e where e.booked_on <= ${on.toString()} and ${ofCustomer}
    group by 1, 2, 3, 4 order by 2, 1, 3, 4`.execute(db);
  return rows;
}

export interface MonthRow {
  readonly currency: string;
  /** The first day of the month; null for all that lies before the first one asked for. */
  readonly month: string | null;
  readonly recognized: bigint;
  readonly added: bigint;
  readonly released: bigint;
}

/** Per currency: the months from the first to the last day with entries, and what was before them as one row. */
export async function sumRevenue(db: ReadDb, first: Temporal.PlainDate, last: Temporal.PlainDate): Promise<MonthRow[]> {
  const { rows } = await sql<MonthRow>`
    select currency, case when booked_on >= ${first.toString()}::date then date_trunc('month', booked_on)::date end as month,
      coalesce(-sum(amount_cents) filter (where account in ('revenue', 'discounts')), 0)::bigint as recognized,
      coalesce(-sum(amount_cents) filter (where account = 'deferred_revenue' and not is_release), 0)::bigint as added,
      coalesce(sum(amount_cents) filter (where account = 'deferred_revenue' and is_release), 0)::bigint as released
    from ledger_entries
    where account in ('revenue', 'discounts', 'deferred_revenue') and booked_on <= ${last.toString()}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}
