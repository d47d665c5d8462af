import { sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import type { Scope } from '../../kernel/scope.ts';

/** How many versions of a draft are kept besides the present one: the latest. */
const mostKept = 20;

/** Keeps what a draft was before it was computed again. */
export async function keepVersion(db: Db, { tenant, now }: Scope, invoiceId: string, version: number, content: unknown): Promise<void> {
  await db
    .insertInto('invoice_versions')
    .values({ tenant_id: tenant.id, invoice_id: invoiceId, version, content: json(content), created_at: now })
    .execute();
  await db.deleteFrom('invoice_versions').where('invoice_id', '=', invoiceId).where('version', '<=', version - mostKept).execute();
}

export async function findVersion(db: ReadDb, invoiceId: string, version: number): Promise<unknown> {
  const row = await db.selectFrom('invoice_versions').select('content').where('invoice_id', '=', invoiceId).where('version', '=', version).executeTakeFirst();
  return row?.content;
}

/** Takes the events that single fees of a voided invoice were for away from them, so that the fees of its replacement can have them. */
export async function giveUpEvents(db: Db, invoiceId: string): Promise<void> {
  await sql`update fees set replaced = true where invoice_id = ${invoiceId} and event_id is not null`.execute(db);
}

/** Links the two. */
export async function linkReplacement(db: Db, { now }: Scope, voidedId: string, replacementId: string): Promise<void> {
  await db.updateTable('invoices').set({ replaced_by_invoice_id: replacementId, updated_at: now }).where('id', '=', voidedId).execute();
}
