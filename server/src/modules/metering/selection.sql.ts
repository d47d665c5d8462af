import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import { listRows } from '../../kernel/db/list.ts';
import type { ListReply, PageRequest } from '../../kernel/http/page.ts';
import type { StoredEvent } from './eventStore.ts';
import { status } from './events.sql.ts';

interface Condition {
  readonly key: string;
  /** Empty: any value the event has. */
  readonly values: readonly string[];
}

/** Which events a price was put on, as the derivation of a fee keeps it. */
interface EventSelection {
  readonly code: string;
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string;
  /** Null: from the first event on, as of a recurring metric. */
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant;
  /** What came later was not counted. */
  readonly receivedBy: Temporal.Instant;
  /** The column without which the aggregation skips an event; null when it takes every event (P7). */
  readonly counted: 'value' | 'unique_value' | null;
  readonly conditions: readonly Condition[];
  /** An event for which all conditions of one of these hold was priced by another filter (P4). */
  readonly except: readonly (readonly Condition[])[];
  readonly group: Readonly<Record<string, string | null>> | null;
}

const textOf = (key: string): RawBuilder<string | null> => sql`app.property_text(properties -> ${key}::text)`;

function holds({ key, values }: Condition): RawBuilder<boolean> {
  if (values.length === 0) return sql`${textOf(key)} is not null`;
  return sql`coalesce(${textOf(key)} = any(${values}::text[]), false)`;
}

const allHold = (conditions: readonly Condition[]): RawBuilder<boolean> =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions.map(holds), sql` and `)})`;

function isSelected(selection: EventSelection): RawBuilder<boolean> {
  const { from, counted, group } = selection;
  return sql`(${sql.join(
    [
      sql`external_customer_id = ${selection.externalCustomerId}`,
      sql`code = ${selection.code}`,
      sql`(external_subscription_id is null or external_subscription_id = ${selection.externalSubscriptionId})`,
      sql`"timestamp" < ${selection.to}`,
      sql`received_at <= ${selection.receivedBy}`,
      allHold(selection.conditions),
      ...(from === null ? [] : [sql`"timestamp" >= ${from}`]),
      ...(counted === null ? [] : [sql`${sql.ref(counted)} is not null`]),
      ...selection.except.map((other) => sql`not ${allHold(other)}`),
      ...Object.entries(group ?? {}).map(([key, value]) => sql`${textOf(key)} is not distinct from ${value}`),
    ],
    sql` and `,
  )})`;
}

/** What any of these selects; nothing where nothing was counted. */
function selected(db: ReadDb, selections: readonly EventSelection[]) {
  const events = db.selectFrom('usage_events').selectAll().select(status).where('amended', '=', false);
  return events.where(selections.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(selections.map(isSelected), sql` or `)})`);
}

/** The very events that were counted, by keyset pages over the index by which usage is aggregated. */
export async function listSelected(db: ReadDb, selections: readonly EventSelection[], page: PageRequest): Promise<ListReply<StoredEvent>> {
  const order = { sortable: { timestamp: 'timestamp' }, defaultOrder: { field: 'timestamp', direction: 'asc' } } as const;
  return listRows(selected(db, selections), page, order);
}
