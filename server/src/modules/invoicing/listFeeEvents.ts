import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { notFound } from '../../kernel/problem.ts';
import { eventsExpired, hasExpired, listSelected, presentEvent } from '../metering/index.ts';
import { findFee } from './invoicing.sql.ts';

const conditions = z.array(z.object({ key: z.string(), values: z.array(z.string()) }));

const selector = z.object({
  metric_code: z.string(),
  external_customer_id: z.string(),
  external_subscription_id: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  conditions,
  except: z.array(conditions),
  group: z.record(z.string(), z.string().nullable()).nullable(),
});

/** The part of a fee's derivation that says what was counted; a plan's own fee has none. */
const derivation = z.object({
  children: z.array(
    z.object({
      events: selector.optional(),
      children: z.array(z.object({ kind: z.string(), inputs: z.record(z.string(), z.string()) })),
    }),
  ),
});

function countedColumn(aggregation: string | undefined): 'value' | 'unique_value' | null {
  if (aggregation === 'count') return null;
  return aggregation === 'unique_count' ? 'unique_value' : 'value';
}

/** Which events a fee was put on; null where none were counted. */
function selectionOf(fee: { readonly explain: unknown; readonly created_at: Temporal.Instant }) {
  const quantity = derivation.parse(fee.explain).children.find(({ events }) => events !== undefined);
  const events = quantity?.events;
  if (events === undefined) return null;
  const metric = quantity?.children.find(({ kind }) => kind === 'metric');
  return {
    code: events.metric_code,
    externalCustomerId: events.external_customer_id,
    externalSubscriptionId: events.external_subscription_id,
    from: events.from === null ? null : Temporal.Instant.from(events.from),
    to: Temporal.Instant.from(events.to),
    receivedBy: fee.created_at,
    counted: countedColumn(metric?.inputs['aggregation_type']),
    conditions: events.conditions,
    except: events.except,
    group: events.group,
  };
}

/** The very events behind a fee, found by the selector that its derivation keeps. Throws 404, 409 `events_expired`. */
export async function listFeeEvents({ db }: Read, feeId: string, page: PageRequest) {
  const fee = await findFee(db, feeId);
  if (fee === undefined) throw notFound('fee');
  const selection = selectionOf(fee);
  if (selection !== null && (await hasExpired(db, { ...selection, end: selection.to }))) throw eventsExpired();
  const found = await listSelected(db, selection, page);
  return { ...found, items: found.items.map(presentEvent) };
}
