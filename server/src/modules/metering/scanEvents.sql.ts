import type { EventProperties, MeteredEvent } from '@farthing/core/metering';
import { Quantity } from '@farthing/core/money';
import { type RawBuilder, sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { PricedKey, ScannedEvent, ScanRequest } from './eventStore.ts';
import { isSelected, named, textOfEvent, textsOf } from './pricedTexts.sql.ts';

interface EventRow {
  readonly id: string;
  readonly seq: bigint;
  readonly timestamp: Temporal.Instant;
  readonly texts: readonly (string | null)[];
  readonly value: string | null;
  readonly unique_value: string | null;
  readonly operation: MeteredEvent['operation'];
  readonly properties: EventProperties | null;
  readonly unread: boolean;
  readonly billed: boolean;
}

const pageSize = 5000;

const hasFee = ({ subscriptionId, chargeId }: NonNullable<ScanRequest['billedBy']>): RawBuilder<unknown> => sql`exists (
  select from fees f where f.tenant_id = e.tenant_id and f.subscription_id = ${subscriptionId} and f.charge_id = ${chargeId} and f.event_id = e.id and not f.replaced)`;

/** The events themselves, by keyset pages: what is held at one time does not grow with how many there are. */
export async function* scanEvents(db: ReadDb, request: ScanRequest): AsyncGenerator<readonly ScannedEvent[]> {
  const { from, end, keys, billedBy } = request;
  const billed = billedBy === undefined ? sql`false` : hasFee(billedBy);
  let after: { timestamp: Temporal.Instant; seq: bigint } | null = null;
  for (;;) {
    const start: RawBuilder<unknown> = from === null ? sql`` : sql`and "timestamp" >= ${from}::timestamptz`;
    const next: RawBuilder<unknown> =
      after === null ? sql`` : sql`and ("timestamp", seq) > (${after.timestamp}::timestamptz, ${after.seq}::bigint)`;
    const wanted = request.properties ? sql`properties` : sql`case when reason = 'unknown_metric' then properties end as properties`;
    const page = await sql<EventRow>`
      select id, seq, "timestamp", ${textsOf(keys, textOfEvent)} as texts, value, unique_value, operation, ${wanted},
        coalesce(reason = 'unknown_metric', false) as unread, ${billed} as billed
      from usage_events e
      where ${isSelected(request)} ${billedBy?.onlyUnbilled === true ? sql`and not ${billed}` : sql``} and "timestamp" < ${end}::timestamptz ${start} ${next}
      order by "timestamp", seq
      limit ${pageSize}`.execute(db);
    yield page.rows.map((row) => scanned(keys, row));
    const last: EventRow | undefined = page.rows.at(-1);
    if (last === undefined || page.rows.length < pageSize) return;
    after = last;
  }
}

function scanned(keys: readonly PricedKey[], row: EventRow): ScannedEvent {
  return {
    event: {
      id: row.id,
      timestamp: row.timestamp,
      receivedOrder: row.seq,
      value: row.value === null ? null : Quantity.restore(row.value),
      uniqueValue: row.unique_value,
      operation: row.operation,
    },
    texts: named(keys, row.texts),
    properties: row.properties,
    unread: row.unread,
    billed: row.billed,
  };
}
