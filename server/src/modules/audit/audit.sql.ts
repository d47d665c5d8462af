import { type Selectable, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import type { Tables } from '../../tables.ts';

export type EntryRow = Selectable<Tables['domain_events']>;

interface Filters {
  readonly resource_type?: string | undefined;
  readonly resource_id?: string | undefined;
  readonly action?: EntryRow['action'] | undefined;
  readonly actor_type?: string | undefined;
  readonly start_date?: Temporal.Instant | undefined;
  readonly end_date?: Temporal.Instant | undefined;
}

function matching(db: ReadDb, filters: Filters) {
  let query = db.selectFrom('domain_events').selectAll();
  if (filters.resource_type !== undefined) query = query.where('subject_type', '=', filters.resource_type);
  if (filters.resource_id !== undefined) query = query.where('subject_id', '=', filters.resource_id);
  if (filters.action !== undefined) query = query.where('action', '=', filters.action);
  if (filters.actor_type !== undefined) query = query.where(sql<boolean>`actor_type = ${filters.actor_type}`);
  if (filters.start_date !== undefined) query = query.where('occurred_at', '>=', filters.start_date);
  if (filters.end_date !== undefined) query = query.where('occurred_at', '<', filters.end_date);
  return query;
}

/** Entries of the log. Orders and keyset pages go by (occurred_at, id), which is what its indexes are on. */
export async function listEntries(db: ReadDb, page: PageRequest & Filters) {
  return listRows(matching(db, page), page, { sortable: { created_at: 'occurred_at' } });
}

/** Whether anything ever happened to this resource, in this environment. */
export async function hasEntries(db: ReadDb, resource: { resource_type: string; resource_id: string }): Promise<boolean> {
  return (await matching(db, resource).clearSelect().select('id').limit(1).executeTakeFirst()) !== undefined;
}
