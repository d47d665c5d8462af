import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { Tables } from '../../tables.ts';
import type { LotPart } from './lots.sql.ts';

export type HoldRow = Selectable<Tables['wallet_holds']>;

export async function findHold(db: ReadDb, walletId: string, id: string): Promise<HoldRow | undefined> {
  return db.selectFrom('wallet_holds').selectAll().where('wallet_id', '=', walletId).where('id', '=', id).executeTakeFirst();
}

export async function walletOfHold(db: ReadDb, id: string): Promise<string | undefined> {
  return (await db.selectFrom('wallet_holds').select('wallet_id').where('id', '=', id).executeTakeFirst())?.wallet_id;
}

export async function pendingHolds(db: ReadDb, walletId: string): Promise<HoldRow[]> {
  return db.selectFrom('wallet_holds').selectAll().where('wallet_id', '=', walletId).where('status', '=', 'pending').orderBy('created_at').orderBy('id').execute();
}

export async function listHolds(db: ReadDb, walletId: string, page: PageRequest) {
  const query = db.selectFrom('wallet_holds').selectAll().where('wallet_id', '=', walletId);
  return listRows(query, page, { sortable: { created_at: 'created_at', amount_cents: 'amount_cents' } });
}

export async function insertHold(db: Db, { tenant }: Scope, row: Insertable<Tables['wallet_holds']>, parts: readonly LotPart[]): Promise<HoldRow> {
  const made = await db.insertInto('wallet_holds').values(row).returningAll().executeTakeFirstOrThrow();
  const values = parts.map(({ lotId, amount }) => ({ tenant_id: tenant.id, hold_id: made.id, credit_id: lotId, amount_cents: amount }));
  await db.insertInto('wallet_hold_parts').values(values).execute();
  return made;
}

export async function changeHold(db: Db, id: string, columns: Updateable<Tables['wallet_holds']>): Promise<HoldRow> {
  return db.updateTable('wallet_holds').set(columns).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** A part of a hold with what decides in which order it is spent, and whether its credits have expired. */
export interface HeldLot {
  readonly id: string;
  readonly kind: 'promotional' | 'cash';
  readonly held: bigint;
  readonly expires_at: Temporal.Instant | null;
  readonly granted_at: Temporal.Instant;
}

export async function heldLots(db: ReadDb, holdId: string): Promise<HeldLot[]> {
  const { rows } = await sql<HeldLot>`
    select c.id, c.kind, p.amount_cents as held, c.expires_at, c.granted_at
    from wallet_hold_parts p join wallet_credits c on c.tenant_id = p.tenant_id and c.id = p.credit_id
    where p.hold_id = ${holdId} order by c.id`.execute(db);
  return rows;
}
