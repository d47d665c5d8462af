import { sql } from 'kysely';
import type { Db } from '../../kernel/db/kysely.ts';
import { nextId } from '../../kernel/nextId.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { WalletRow } from './wallets.sql.ts';

/** So much of a lot; negative: given back. */
export interface LotPart {
  readonly lotId: string;
  readonly amount: bigint;
  /** Of what it pays. */
  readonly feeId?: string;
}

interface TakeFromLots {
  readonly walletId: string;
  readonly transactionId: string;
  readonly invoiceId: string | null;
  /** Where it is taken from: what may be spent, or what is held. */
  readonly from: 'remaining_cents' | 'held_cents';
  readonly parts: readonly LotPart[];
}

const asJson = (parts: readonly LotPart[], withIds: boolean): string =>
  JSON.stringify(parts.map(({ lotId, amount, feeId }) => ({ ...(withIds ? { id: nextId() } : {}), lot_id: lotId, amount: amount.toString(), fee_id: feeId ?? null })));

/** Takes parts out of lots and says so, in two statements however many there are. A lot that would fall below zero is refused by its constraint. */
export async function takeParts(db: Db, { tenant, now }: Scope, { walletId, transactionId, invoiceId, from, parts }: TakeFromLots): Promise<void> {
  await sql`update wallet_credits c set ${sql.ref(from)} = c.${sql.ref(from)} - p.amount, updated_at = ${now}
    from (select lot_id, sum(amount)::bigint as amount from jsonb_to_recordset(${asJson(parts, false)}::jsonb) as x (lot_id uuid, amount bigint) group by 1) p
    where c.id = p.lot_id and c.wallet_id = ${walletId}`.execute(db);
  await sql`insert into wallet_consumptions (tenant_id, id, wallet_id, transaction_id, credit_id, invoice_id, fee_id, amount_cents, created_at)
    select ${tenant.id}, p.id, ${walletId}, ${transactionId}, p.lot_id, ${invoiceId}::uuid, p.fee_id, p.amount, ${now}
    from jsonb_to_recordset(${asJson(parts, true)}::jsonb) as p (id uuid, lot_id uuid, amount bigint, fee_id uuid)`.execute(db);
}

/** Sets parts of lots aside; of negative amounts they are free again. */
export async function holdParts(db: Db, { now }: Scope, parts: readonly LotPart[]): Promise<void> {
  await sql`update wallet_credits c set remaining_cents = c.remaining_cents - p.amount, held_cents = c.held_cents + p.amount, updated_at = ${now}
    from jsonb_to_recordset(${asJson(parts, false)}::jsonb) as p (lot_id uuid, amount bigint) where c.id = p.lot_id`.execute(db);
}

/** By how much the sums of a wallet change. */
export interface BalanceChange {
  readonly balance?: bigint;
  readonly held?: bigint;
  readonly consumed?: bigint;
  /** On credit; it comes with a balance and is owed. */
  readonly drawn?: bigint;
}

/** Moves the sums of a wallet along with its lots, and with them what is left of it once usage is counted. A balance that would fall below zero is refused by its constraint. */
export async function changeBalance(db: Db, { now }: Scope, walletId: string, { balance = 0n, held = 0n, consumed = 0n, drawn = 0n }: BalanceChange): Promise<WalletRow> {
  return db
    .updateTable('wallets')
    .set((e) => ({
      balance_cents: e('balance_cents', '+', balance),
      ongoing_balance_cents: e('ongoing_balance_cents', '+', balance - drawn),
      drawn_cents: e('drawn_cents', '+', drawn),
      held_cents: e('held_cents', '+', held),
      consumed_cents: e('consumed_cents', '+', consumed),
      updated_at: now,
    }))
    .where('id', '=', walletId)
    .returningAll()
    .executeTakeFirstOrThrow();
}
