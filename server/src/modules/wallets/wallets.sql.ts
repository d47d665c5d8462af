import type { Lot, SpendableWallet, WalletBalance } from '@farthing/core/wallets';
import { Amount } from '@farthing/core/money';
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import { rowBy, rowsBy, together } from '../../kernel/db/together.ts';
import { updating } from '../../kernel/db/writes.ts';
import type { Tx } from '../../kernel/envelope.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { notFound } from '../../kernel/problem.ts';
import type { Tables } from '../../tables.ts';
import { lockBilling } from '../customers/index.ts';

export type WalletRow = Selectable<Tables['wallets']>;
export type TransactionRow = Selectable<Tables['wallet_transactions']>;
export type CreditRow = Selectable<Tables['wallet_credits']>;
export type ConsumptionRow = Selectable<Tables['wallet_consumptions']>;
/** With the credits as they first came to the customer. */
export type ListedConsumption = ConsumptionRow & { readonly origin_credit_id: string };

/** A wallet with how much of its balance was bought, how its customer pays, and what a customer who pays afterwards owes on invoices. */
function wallets(db: ReadDb) {
  return db
    .selectFrom('wallets as w')
    .selectAll('w')
    .select(sql<bigint>`coalesce((select sum(c.remaining_cents) from wallet_credits c
      where c.tenant_id = w.tenant_id and c.wallet_id = w.id and c.kind = 'cash' and c.remaining_cents > 0), 0)::bigint`.as('cash_cents'))
    .select(sql<'PREPAID' | 'POSTPAID'>`(select k.mode from customers k where k.tenant_id = w.tenant_id and k.id = w.customer_id)`.as('mode'))
    .select(sql<bigint>`coalesce((select sum(i.amount_due_cents) from customers k
      join invoices i on i.tenant_id = k.tenant_id and i.customer_id = k.id and i.currency = w.currency and i.status = 'finalized' and i.invoice_type <> 'credit'
      where k.tenant_id = w.tenant_id and k.id = w.customer_id and k.mode = 'POSTPAID'), 0)::bigint`.as('receivable_cents'));
}

export type ListedWallet = WalletRow & { readonly cash_cents: bigint; readonly mode: 'PREPAID' | 'POSTPAID'; readonly receivable_cents: bigint };

export const findWallet = rowBy<ListedWallet>(
  async (db, ids) => {
    const [id = '', ...others] = ids;
    // Of one wallet by its id alone: how many a list holds decides what the plan costs, so that it is made anew for each, which takes longer than to run it.
    return wallets(db).where(others.length === 0 ? sql<boolean>`w.id = ${id}` : sql<boolean>`w.id = any(${ids}::uuid[])`).execute();
  },
  ({ id }) => id,
);

interface WalletFilters {
  readonly customer_id?: string | undefined;
  readonly status?: WalletRow['status'] | undefined;
}

export async function listWallets(db: ReadDb, page: PageRequest & WalletFilters) {
  let query = wallets(db);
  if (page.customer_id !== undefined) query = query.where('w.customer_id', '=', page.customer_id);
  if (page.status !== undefined) query = query.where('w.status', '=', page.status);
  return listRows(query, page, {
    sortable: { created_at: 'w.created_at', updated_at: 'w.updated_at', priority: 'w.priority', balance_cents: 'w.balance_cents' },
    idColumn: 'w.id',
  });
}

/** Takes wallets for the rest of the transaction, in the order of their ids. The caller holds the customer's billing lock. */
async function takeRows(db: Db, ids: readonly string[]): Promise<WalletRow[]> {
  return db.selectFrom('wallets').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute();
}

/** Takes a wallet for the rest of the transaction, its customer's billing before it. Throws 404 for an unknown id. */
export async function lockWallet(tx: Tx, id: string): Promise<WalletRow> {
  const found = await tx.db.selectFrom('wallets').select('customer_id').where('id', '=', id).executeTakeFirst();
  if (found === undefined) throw notFound('wallet');
  await lockBilling(tx, found.customer_id);
  const [row] = await takeRows(tx.db, [id]);
  if (row === undefined) throw notFound('wallet');
  return row;
}

/** Takes two wallets of one customer; the caller holds its billing lock. */
export async function lockBoth(db: Db, ids: readonly [string, string]): Promise<ReadonlyMap<string, WalletRow>> {
  return new Map((await takeRows(db, ids)).map((row) => [row.id, row]));
}

/** Of whose wallets, and when: one that has expired by then is left out, whether or not that was noted yet. */
interface SpentAt {
  readonly customerId: string;
  readonly currency: string;
  readonly at: Temporal.Instant;
}

/** The wallets of a customer that have something to spend in a currency. */
function spendable(db: ReadDb, { customerId, currency, at }: SpentAt) {
  return db
    .selectFrom('wallets')
    .selectAll()
    .where('customer_id', '=', customerId)
    .where('currency', '=', currency)
    .where('status', '=', 'active')
    .where(sql<boolean>`(expiration_at is null or expiration_at > ${at})`)
    .where('balance_cents', '>', 0n)
    .orderBy('id');
}

export async function spendableWallets(db: ReadDb, of: SpentAt): Promise<WalletRow[]> {
  return spendable(db, of).execute();
}

/** Takes the wallets of a customer that have something to spend in a currency. The caller holds the customer's billing lock. */
export async function lockSpendable(db: Db, of: SpentAt): Promise<WalletRow[]> {
  return spendable(db, of).forUpdate().execute();
}

/** Whether a wallet is over at an instant: it was terminated, or its time has come and nothing has noted it yet. */
export function hasEnded({ status, expiration_at: at }: WalletRow, now: Temporal.Instant): boolean {
  return status !== 'active' || (at !== null && Temporal.Instant.compare(at, now) <= 0);
}

const isLive = (now: Temporal.Instant) => sql<boolean>`(expires_at is null or expires_at > ${now})`;

/** What may be spent of wallets at an instant: credits that have expired by then are left out, whether or not that was noted yet. */
export async function lotsOf(db: ReadDb, walletIds: readonly string[], now: Temporal.Instant): Promise<Map<string, Lot[]>> {
  if (walletIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('wallet_credits')
    .selectAll()
    .where('wallet_id', 'in', walletIds)
    .where('remaining_cents', '>', 0n)
    .where(isLive(now))
    .execute();
  const lots = Map.groupBy(rows, (row) => row.wallet_id);
  return new Map([...lots].map(([id, own]) => [id, own.map(lotOf)]));
}

function lotOf(row: CreditRow): Lot {
  return { id: row.id, kind: row.kind, remaining: Amount.of(row.remaining_cents), expiresAt: row.expires_at, grantedAt: row.granted_at };
}

/** Takes the wallets of a customer that have not ended. The caller holds the customer's billing lock. */
export const lockActive = rowsBy(
  async (db: Db, customerIds) =>
    db.selectFrom('wallets').selectAll().where(sql<boolean>`customer_id = any(${customerIds}::uuid[])`).where('status', '=', 'active').orderBy('id').forUpdate().execute(),
  (row) => row.customer_id,
);

/** Whether a customer has a wallet that has not ended. */
export const hasWallets = together<string, boolean, ReadDb>(async (db, customerIds) => {
  const { rows } = await sql<{ customer_id: string }>`select distinct customer_id from wallets where customer_id = any(${customerIds}::uuid[]) and status = 'active'`.execute(db);
  const having = new Set(rows.map((row) => row.customer_id));
  return customerIds.map((id) => having.has(id));
});

/** What a customer drew of its wallets on credit and did not pay back; null without a wallet that has not ended. */
export async function drawnBy(db: ReadDb, customerId: string): Promise<bigint | null> {
  const { rows } = await sql<{ drawn: bigint | null }>`select sum(drawn_cents)::bigint as drawn from wallets where customer_id = ${customerId} and status = 'active'`.execute(db);
  return rows[0]?.drawn ?? null;
}

export async function customerOfWallet(db: ReadDb, walletId: string): Promise<string | undefined> {
  return (await db.selectFrom('wallets').select('customer_id').where('id', '=', walletId).executeTakeFirst())?.customer_id;
}

const scopeOf = (row: WalletRow) => ({ planCodes: row.plan_codes, feeTypes: row.fee_types, metricCodes: row.metric_codes });

/** A wallet as core counts down from it. */
export function ongoingOf(row: WalletRow): WalletBalance {
  return { id: row.id, priority: row.priority, createdAt: row.created_at, scope: scopeOf(row), balance: Amount.of(row.balance_cents - row.drawn_cents) };
}

/** A wallet as core spends it. */
export function spendableOf(row: WalletRow, lots: readonly Lot[]): SpendableWallet {
  return { id: row.id, priority: row.priority, createdAt: row.created_at, scope: scopeOf(row), lots, owed: Amount.of(row.drawn_cents) };
}

export async function findLot(db: ReadDb, id: string): Promise<CreditRow | undefined> {
  return db.selectFrom('wallet_credits').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Lots by their ids. */
export async function lotsById(db: ReadDb, ids: readonly string[]): Promise<Map<string, CreditRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('wallet_credits').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export async function listLots(db: ReadDb, walletId: string, page: PageRequest) {
  const query = db.selectFrom('wallet_credits').selectAll().where('wallet_id', '=', walletId);
  return listRows(query, page, { sortable: { created_at: 'created_at', granted_at: 'granted_at', remaining_cents: 'remaining_cents' } });
}

interface TransactionFilters {
  readonly transaction_type?: TransactionRow['transaction_type'] | undefined;
  readonly status?: TransactionRow['status'] | undefined;
}

export async function listTransactions(db: ReadDb, walletId: string, page: PageRequest & TransactionFilters) {
  let query = db.selectFrom('wallet_transactions').selectAll().where('wallet_id', '=', walletId);
  if (page.transaction_type !== undefined) query = query.where('transaction_type', '=', page.transaction_type);
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  return listRows(query, page, { sortable: { created_at: 'created_at', updated_at: 'updated_at', amount_cents: 'amount_cents' } });
}

interface ConsumptionFilters {
  readonly credit_id?: string | undefined;
  readonly invoice_id?: string | undefined;
  readonly transaction_id?: string | undefined;
}

export async function listConsumptions(db: ReadDb, walletId: string, page: PageRequest & ConsumptionFilters) {
  let query = db
    .selectFrom('wallet_consumptions')
    .selectAll()
    .select(sql<string>`(select coalesce(c.origin_id, c.id) from wallet_credits c where c.tenant_id = wallet_consumptions.tenant_id and c.id = credit_id)`.as('origin_credit_id'))
    .where('wallet_id', '=', walletId);
  for (const column of ['credit_id', 'invoice_id', 'transaction_id'] as const) {
    const value = page[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return listRows(query, page, { sortable: { created_at: 'created_at' } });
}

export async function insertTransaction(db: Db, row: Insertable<Tables['wallet_transactions']>): Promise<TransactionRow> {
  return db.insertInto('wallet_transactions').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function changeTransaction(db: Db, id: string, columns: Updateable<Tables['wallet_transactions']>): Promise<TransactionRow> {
  return db.updateTable('wallet_transactions').set(columns).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** The purchase that an invoice sells; undefined for an invoice over anything else. */
export async function purchaseOf(db: ReadDb, invoiceId: string): Promise<TransactionRow | undefined> {
  return db.selectFrom('wallet_transactions').selectAll().where('invoice_id', '=', invoiceId).where('transaction_status', '=', 'purchased').executeTakeFirst();
}

/** What is left of the credits that a purchase brought, if they can be spent at an instant, and how its wallet stands. */
export async function boughtLot(db: ReadDb, purchaseId: string, at: Temporal.Instant): Promise<Pick<CreditRow, 'id' | 'remaining_cents'> & Pick<WalletRow, 'balance_cents' | 'drawn_cents'> | undefined> {
  return db
    .selectFrom('wallet_credits as c')
    .innerJoin('wallets as w', (join) => join.onRef('w.tenant_id', '=', 'c.tenant_id').onRef('w.id', '=', 'c.wallet_id'))
    .select(['c.id', 'c.remaining_cents', 'w.balance_cents', 'w.drawn_cents'])
    .where('c.transaction_id', '=', purchaseId)
    .where((e) => e.or([e('c.expires_at', 'is', null), e('c.expires_at', '>', at)]))
    .where((e) => e.or([e('w.expiration_at', 'is', null), e('w.expiration_at', '>', at)]))
    .executeTakeFirst();
}

/** The movement by which a credit note took credits out of their wallet; undefined for a note over anything else. */
export async function refundedBy(db: ReadDb, creditNoteId: string): Promise<TransactionRow | undefined> {
  return db.selectFrom('wallet_transactions').selectAll().where('credit_note_id', '=', creditNoteId).where('transaction_status', '=', 'voided').executeTakeFirst();
}

/** What a movement took of which credits. */
export async function consumptionsOf(db: ReadDb, transactionId: string): Promise<ConsumptionRow[]> {
  return db.selectFrom('wallet_consumptions').selectAll().where('transaction_id', '=', transactionId).orderBy('id').execute();
}

/** What a wallet has bought that is not paid yet, in minor units. */
export async function pendingCents(db: ReadDb, walletId: string): Promise<bigint> {
  const { rows } = await sql<{ pending: bigint }>`select coalesce(sum(amount_cents), 0)::bigint as pending from wallet_transactions
    where wallet_id = ${walletId} and status = 'pending'`.execute(db);
  return rows[0]?.pending ?? 0n;
}

/** The invoices over credits that a wallet has bought and nobody has paid yet; those over what was spent on credit aside. */
export async function purchasesToCallOff(db: ReadDb, walletId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('wallet_transactions')
    .select('invoice_id')
    .where('wallet_id', '=', walletId)
    .where('status', '=', 'pending')
    .where('transaction_status', '=', 'purchased')
    .where('source', '<>', 'repayment')
    .orderBy('id')
    .execute();
  return rows.flatMap(({ invoice_id: id }) => id ?? []);
}

/** What wallets paid of an invoice: an entry for each wallet, and what of it was taken from which credits. */
export async function paidBy(db: ReadDb, invoiceId: string) {
  const transactions = await db.selectFrom('wallet_transactions').selectAll().where('invoice_id', '=', invoiceId).where('transaction_status', '=', 'invoiced').orderBy('wallet_id').execute();
  const rows = await db.selectFrom('wallet_consumptions').selectAll().where('invoice_id', '=', invoiceId).orderBy('created_at').orderBy('id').execute();
  const consumptions = Map.groupBy(rows, (row) => row.transaction_id);
  return transactions.map((transaction) => ({ transaction, consumptions: consumptions.get(transaction.id) ?? [] }));
}

/** Plan and metric codes of a list that nothing live has. */
export async function unknownCodes(db: ReadDb, table: 'plans' | 'billable_metrics', codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const rows = await db.selectFrom(table).select('code').where('code', 'in', codes).where('deleted_at', 'is', null).execute();
  const known = new Set(rows.map((row) => row.code));
  return codes.filter((code) => !known.has(code));
}

interface MovedOn {
  readonly day: string;
  readonly inbound: bigint;
  readonly outbound: bigint;
}

/** What came and went on each local day up to an instant, oldest day first. What is drawn on credit is spent, and paid back by what comes: neither moves the balance. */
export async function movementsByDay(db: ReadDb, walletId: string, zone: string, until: Temporal.Instant): Promise<MovedOn[]> {
  const { rows } = await sql<MovedOn>`
    select (settled_at at time zone ${zone})::date::text as day,
      coalesce(sum(amount_cents) filter (where transaction_type = 'inbound'), 0)::bigint as inbound,
      coalesce(sum(amount_cents) filter (where transaction_type = 'outbound'), 0)::bigint as outbound
    from wallet_transactions where wallet_id = ${walletId} and status = 'settled' and settled_at <= ${until} and transaction_status not in ('drawn', 'repaid')
    group by 1 order by 1`.execute(db);
  return rows;
}

/** What was spent since an instant, less what was given back. */
export async function consumedSince(db: ReadDb, walletId: string, since: Temporal.Instant): Promise<bigint> {
  const { rows } = await sql<{ consumed: bigint }>`
    select coalesce(sum(case transaction_status when 'returned' then -amount_cents else amount_cents end), 0)::bigint as consumed
    from wallet_transactions where wallet_id = ${walletId} and settled_at > ${since} and transaction_status in ('invoiced', 'captured', 'returned')`.execute(db);
  return rows[0]?.consumed ?? 0n;
}

export async function insertWallet(db: Db, row: Insertable<Tables['wallets']>): Promise<WalletRow> {
  return db.insertInto('wallets').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function changeWallet(db: Db, id: string, columns: Updateable<Tables['wallets']>): Promise<void> {
  await updateWallet(db, { id, columns });
}

const updateWallet = updating('wallets');

export async function insertLot(db: Db, row: Insertable<Tables['wallet_credits']>): Promise<void> {
  await db.insertInto('wallet_credits').values(row).execute();
}

export async function isCodeTaken(db: ReadDb, customerId: string, code: string): Promise<boolean> {
  return (await db.selectFrom('wallets').select('id').where('customer_id', '=', customerId).where('code', '=', code).executeTakeFirst()) !== undefined;
}

/** All that is left of a wallet, or of what one movement brought to it, expired or not. */
export async function leftOf(db: ReadDb, walletId: string, transactionId?: string): Promise<{ lotId: string; amount: bigint }[]> {
  let query = db.selectFrom('wallet_credits').select(['id as lotId', 'remaining_cents as amount']).where('wallet_id', '=', walletId).where('remaining_cents', '>', 0n);
  if (transactionId !== undefined) query = query.where('transaction_id', '=', transactionId);
  return query.orderBy('id').execute();
}
