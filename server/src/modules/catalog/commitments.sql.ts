import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type CommitmentRow = Selectable<Tables['commitments']>;

export async function listCommitments(db: ReadDb, planId: string, page: PageRequest) {
  const query = db.selectFrom('commitments').selectAll().where('plan_id', '=', planId).where('deleted_at', 'is', null);
  return listRows(query, page, { sortable: { created_at: 'created_at', amount_cents: 'amount_cents' } });
}

/** The live commitments of these plans: at most one of each. */
export async function commitmentsOf(db: ReadDb, planIds: readonly string[]): Promise<readonly CommitmentRow[]> {
  return db.selectFrom('commitments').selectAll().where(sql<boolean>`plan_id = any(${planIds}::uuid[])`).where('deleted_at', 'is', null).execute();
}

/** Takes a live commitment for the rest of the transaction. */
export async function lockCommitment(db: Db, id: string): Promise<CommitmentRow | undefined> {
  return db.selectFrom('commitments').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
}
