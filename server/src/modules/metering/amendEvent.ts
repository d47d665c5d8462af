import { randomUUIDv7 } from 'node:crypto';
import type { EventProperties } from '@farthing/core/metering';
import { z } from 'zod';
import type { Read, Tx } from '../../kernel/envelope.ts';
import { stringifyJson } from '../../kernel/http/json.ts';
import { conflict, invalid } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { eventAmended } from './amendments.events.ts';
import type { AmendmentCreate, AmendmentResult } from './amendments.schemas.ts';
import {
  type AmendmentRow,
  amendmentsAround,
  customersNamed,
  finalizingInvoice,
  insertAmendment,
  insertReplacement,
  supersede,
} from './amendments.sql.ts';
import { type ChangedHour, markDirtyHours } from './dirtyHours.sql.ts';
import type { NewEvent, StoredEvent } from './eventStore.ts';
import { EventTime } from './eventTime.ts';
import { missingEvent } from './expired.sql.ts';
import { judgeEvents } from './judgeEvents.ts';
import { postgresEventReader } from './postgresEventStore.ts';
import type { SentEvent } from './readEvent.ts';
import { presentAmended, presentAmendment, presentDetails } from './presentAmendment.ts';

type Amendment = z.output<typeof AmendmentCreate>;

const longestTransactionId = 255;
const properties = z.record(z.string(), z.unknown());

/**
 * Corrects usage without editing it (E5): the event keeps its row and counts nowhere from now on; with `replace` another event counts
 * in its place, judged as at intake. Throws 404 for the event, 409 where it was amended before or a finalized invoice bills its period,
 * 422 for a replacement that intake would refuse.
 */
export async function amendEvent(tx: Tx, eventId: string, amendment: Amendment): Promise<z.output<typeof AmendmentResult>> {
  const { db, scope } = tx;
  const event = await postgresEventReader(db).find(eventId);
  if (event === undefined) throw await missingEvent(db, eventId);
  const place = await placeInChain(tx, event);
  const sent = amendment.event === undefined ? null : patched(event, amendment.event, place.transactionId);
  const names = [event.external_customer_id, ...(sent === null ? [] : [sent.externalCustomerId])];
  for (const customerId of await customersNamed(db, names)) await lockBilling(tx, customerId);

  if (!(await supersede(db, event.id)))
    throw conflict('already_amended', 'This event was amended before; amend the event that took its place.');
  const invoiceId = await finalizingInvoice(db, event);
  if (invoiceId !== undefined)
    throw conflict('period_finalized', `The finalized invoice ${invoiceId} bills the period of this event; correct it by a credit note.`);
  const replacement = sent === null ? null : await storeReplacement(tx, sent, event);
  await markDirtyHours(db, scope.tenant.id, (replacement === null ? [event] : [event, replacement]).map(hourOf));
  const row = await insertAmendment(db, {
    tenant_id: scope.tenant.id,
    id: randomUUIDv7(),
    root_id: place.rootId,
    number: place.number,
    event_id: event.id,
    kind: amendment.kind,
    replacement_id: replacement?.id ?? null,
    reason: amendment.reason ?? null,
    created_at: scope.now,
  });
  const result = presentAmended(row, { ...event, amended: true }, replacement);
  const before = { ...presentDetails(event, { amendedBy: null, amends: place.amends }), replacement: null };
  const after = { ...before, amended: true, amended_by: presentAmendment(row), replacement: result.replacement };
  await tx.emit(eventAmended, { id: event.id, data: after, before });
  return result;
}

const hourOf = ({ external_customer_id: externalCustomerId, code, timestamp }: StoredEvent): ChangedHour => ({ externalCustomerId, code, at: timestamp });

interface Place {
  readonly amends: AmendmentRow | null;
  readonly rootId: string;
  readonly number: number;
  /** What the replacement is called unless a transaction id is given. */
  readonly transactionId: string;
}

/** Where an amendment of this event stands in the chain that the event may have come by. */
async function placeInChain(tx: Tx, event: StoredEvent): Promise<Place> {
  const { amends } = await amendmentsAround(tx.db, event.id);
  const number = (amends?.number ?? 0) + 1;
  const rootId = amends?.root_id ?? event.id;
  const root = rootId === event.id ? event : await postgresEventReader(tx.db).find(rootId);
  return { amends, rootId, number, transactionId: `${(root ?? event).transaction_id}~${number}` };
}

/** The event as it should have been sent. */
function patched(event: StoredEvent, patch: NonNullable<Amendment['event']>, derivedId: string): SentEvent {
  const transactionId = patch.transaction_id ?? derivedId;
  if (transactionId.length > longestTransactionId)
    throw invalid('event.transaction_id', 'required', 'The derived transaction id would be too long: give one.');
  const reference = patch.external_subscription_id;
  const amended = patch.properties ?? (properties.parse(event.properties) as EventProperties);
  return {
    transactionId,
    externalCustomerId: patch.external_customer_id ?? event.external_customer_id,
    externalSubscriptionId: reference === undefined ? event.external_subscription_id : reference,
    code: patch.code ?? event.code,
    timestamp: EventTime.of(patch.timestamp ?? event.timestamp),
    properties: amended,
    propertiesText: stringifyJson(amended),
  };
}

async function storeReplacement(tx: Tx, sent: SentEvent, replaced: StoredEvent): Promise<StoredEvent> {
  const [judged] = await judgeEvents(tx, [sent]);
  const fresh = accepted(judged);
  const stored = await insertReplacement(tx.db, tx.scope, fresh, replaced.id);
  if (stored === undefined)
    throw conflict('transaction_id_conflict', `The transaction id ${sent.transactionId} was used; give another one in event.transaction_id.`);
  return stored;
}

function accepted(judged: Awaited<ReturnType<typeof judgeEvents>>[number] | undefined): NewEvent {
  if (judged === undefined) throw new Error('An event was not judged.');
  if ('id' in judged) return judged;
  throw invalid(`event.${judged.path}`, judged.code, judged.message);
}

/** The first event of the chain of amendments that an event belongs to; itself where it was never amended. Throws 404. */
export async function rootOf({ db }: Pick<Read, 'db'>, eventId: string): Promise<string> {
  const event = await postgresEventReader(db).find(eventId);
  if (event === undefined) throw await missingEvent(db, eventId);
  const { amends, amendedBy } = await amendmentsAround(db, eventId);
  return (amends ?? amendedBy)?.root_id ?? eventId;
}
