import { decodeExplain, type ExplainNode } from '@farthing/core/billing';
import type { Read } from '../../kernel/envelope.ts';
import type { PageRequest } from '../../kernel/http/page.ts';
import { notFound } from '../../kernel/problem.ts';
import { eventsExpired, hasExpired, listSelected, presentEvent } from '../metering/index.ts';
import { findFee } from './invoicing.sql.ts';

function countedColumn(aggregation: string | undefined): 'value' | 'unique_value' | null {
  if (aggregation === 'count') return null;
  return aggregation === 'unique_count' ? 'unique_value' : 'value';
}

/** Which events a fee was put on: of late usage and of what is left of a period, those of each line of the whole; none where none were counted. */
function selectionsOf(fee: { readonly explain: unknown; readonly created_at: Temporal.Instant }) {
  return selectorsIn(decodeExplain(fee.explain)).map(({ events, metric }) => ({
    code: events.metricCode,
    externalCustomerId: events.externalCustomerId,
    externalSubscriptionId: events.externalSubscriptionId,
    from: events.from,
    to: events.to,
    receivedBy: fee.created_at,
    counted: countedColumn(metric?.inputs['aggregation_type']),
    conditions: events.conditions,
    except: events.except,
    group: events.group,
  }));
}

type Selector = { readonly events: NonNullable<ExplainNode['events']>; readonly metric: ExplainNode | undefined };

function selectorsIn({ events, children }: ExplainNode): readonly Selector[] {
  return events === null ? children.flatMap(selectorsIn) : [{ events, metric: children.find(({ kind }) => kind === 'metric') }];
}

/** The very events behind a fee, found by the selectors that its derivation keeps. Throws 404, 409 `events_expired`. */
export async function listFeeEvents({ db }: Read, feeId: string, page: PageRequest) {
  const fee = await findFee(db, feeId);
  if (fee === undefined) throw notFound('fee');
  const selections = selectionsOf(fee);
  for (const selection of selections) if (await hasExpired(db, { ...selection, end: selection.to })) throw eventsExpired();
  const found = await listSelected(db, selections, page);
  return { ...found, items: found.items.map(presentEvent) };
}
