import { randomUUIDv7 } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import type { Scope } from '../../kernel/scope.ts';
import type { Tables } from '../../tables.ts';

export type EmailRow = Selectable<Tables['invoice_emails']>;

export type AskedEmail = Pick<EmailRow, 'invoice_id' | 'customer_id' | 'credit_note_id' | 'kind' | 'recipient'>;

export async function insertEmail(db: Db, { tenant, now }: Scope, asked: AskedEmail): Promise<EmailRow> {
  const row = { tenant_id: tenant.id, id: randomUUIDv7(), ...asked, status: 'queued' as const, requested_at: now };
  return db.insertInto('invoice_emails').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findEmail(db: ReadDb, id: string): Promise<EmailRow | undefined> {
  return db.selectFrom('invoice_emails').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Says what became of a letter that is under way; undefined where that was said before. */
export async function closeEmail(db: Db, id: string, outcome: Pick<EmailRow, 'status' | 'error' | 'sent_at'>): Promise<EmailRow | undefined> {
  return db.updateTable('invoice_emails').set(outcome).where('id', '=', id).where('status', '=', 'queued').returningAll().executeTakeFirst();
}
