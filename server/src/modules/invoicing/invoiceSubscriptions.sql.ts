import type { BilledThrough, InvoiceKind } from '@farthing/core/subscriptions';
import { Period } from '@farthing/core/time';
import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { together } from '../../kernel/db/together.ts';
import { insertOf } from '../../kernel/db/writes.ts';
import type { Tables } from '../../tables.ts';
import type { InvoiceRow } from './invoicing.sql.ts';

type Row = Selectable<Tables['invoice_subscriptions']>;

/** A subscription that an invoice is of. */
export interface InvoicedSubscription {
  readonly subscriptionId: string;
  /** What of it made the invoice; null where somebody else than a boundary did. */
  readonly due: { readonly kind: InvoiceKind; readonly at: Temporal.Instant } | null;
  /** Which of several of this kind at one instant. */
  readonly turn: number;
  /** The subscription's phase whose usage it bills. */
  readonly phase: number;
  /** Where the usage it bills opens; null from the start of the subscription. */
  readonly opened: BilledThrough | null;
  readonly billingPeriod: Period;
}

/** A subscription on an invoice that was made for something else than a boundary of it. */
export function ofNoBoundary(subscriptionId: string, phase: number, billingPeriod: Period): InvoicedSubscription {
  return { subscriptionId, due: null, turn: 0, phase, opened: null, billingPeriod };
}

interface InvoicedSubscriptions {
  readonly tenantId: string;
  readonly invoiceId: string;
  readonly subscriptions: readonly InvoicedSubscription[];
}

/**
 * Notes of which subscriptions an invoice is. The unique index on (subscription, kind, instant, turn) makes a repeat harmless: answers how
 * many of them this invoice is the first one for.
 */
export const insertInvoicedSubscriptions = together<InvoicedSubscriptions, number>(async (db, invoices) => {
  const rows = invoices.flatMap(rowsOf);
  if (rows.length === 0) return invoices.map(() => 0);
  const { rows: first } = await sql<{ invoice_id: string }>`${insertOf('invoice_subscriptions', rows)} on conflict do nothing returning invoice_id`.execute(db);
  return invoices.map(({ invoiceId }) => first.filter(({ invoice_id: id }) => id === invoiceId).length);
});

function rowsOf({ tenantId, invoiceId, subscriptions }: InvoicedSubscriptions) {
  return subscriptions.map(({ subscriptionId, due, turn, phase, opened, billingPeriod }) => ({
    tenant_id: tenantId,
    invoice_id: invoiceId,
    subscription_id: subscriptionId,
    billing_kind: due?.kind ?? null,
    billing_at: due?.at ?? null,
    billing_turn: turn,
    billing_phase: phase,
    opened_at: opened?.at ?? null,
    opened_day: opened?.day.toString() ?? null,
    billing_period_start: billingPeriod.start,
    billing_period_end: billingPeriod.end,
  }));
}

/** The subscriptions that an invoice is of, in the order of the document. */
export async function subscriptionsOn(db: ReadDb, invoiceId: string): Promise<readonly InvoicedSubscription[]> {
  const rows = await db.selectFrom('invoice_subscriptions').selectAll().where('invoice_id', '=', invoiceId).orderBy('subscription_id').execute();
  return rows.map(decode);
}

function decode(row: Row): InvoicedSubscription {
  const { billing_kind: kind, billing_at: at, opened_at: openedAt, opened_day: openedDay } = row;
  return {
    subscriptionId: row.subscription_id,
    due: kind === null || at === null ? null : { kind, at },
    turn: row.billing_turn,
    phase: row.billing_phase,
    opened: openedAt === null || openedDay === null ? null : { at: openedAt, day: Temporal.PlainDate.from(openedDay) },
    billingPeriod: Period.of(row.billing_period_start, row.billing_period_end),
  };
}

/** What an invoice shows of a subscription that it bills. */
export interface ShownSubscription {
  readonly subscription_id: string;
  readonly billing_period_start: Temporal.Instant;
  readonly billing_period_end: Temporal.Instant;
}

type Shown = Pick<InvoiceRow, 'id' | 'subscription_id' | 'invoice_type' | 'billing_period_start' | 'billing_period_end'>;

/** The subscriptions of several invoices, each in the order of its document; of an invoice of one, its row says all and nothing is read. */
export async function shownSubscriptions(db: ReadDb, invoices: readonly Shown[]): Promise<ReadonlyMap<string, readonly ShownSubscription[]>> {
  const single = invoices.flatMap(({ id, subscription_id: one, billing_period_start, billing_period_end }) =>
    one === null ? [] : [[id, [{ subscription_id: one, billing_period_start, billing_period_end }]] as const],
  );
  const several = invoices.filter((row) => row.subscription_id === null && row.invoice_type === 'subscription').map(({ id }) => id);
  if (several.length === 0) return new Map(single);
  const rows = await db
    .selectFrom('invoice_subscriptions')
    .select(['invoice_id', 'subscription_id', 'billing_period_start', 'billing_period_end'])
    .where(sql<boolean>`invoice_id = any(${several}::uuid[])`)
    .orderBy('subscription_id')
    .execute();
  return new Map<string, readonly ShownSubscription[]>([...single, ...Map.groupBy(rows, (row) => row.invoice_id)]);
}

/** The subscriptions of one invoice. */
export const shownOn = together<Shown, readonly ShownSubscription[], ReadDb>(async (db, invoices) => {
  const shown = await shownSubscriptions(db, invoices);
  return invoices.map(({ id }) => shown.get(id) ?? []);
});

/** What the subscriptions on an invoice of several are called, by id; nothing where there is one. */
export async function namesOn(db: ReadDb, { id, subscription_id: one }: Pick<InvoiceRow, 'id' | 'subscription_id'>): Promise<ReadonlyMap<string, string>> {
  if (one !== null) return new Map();
  const rows = await db
    .selectFrom('invoice_subscriptions as n')
    .innerJoin('subscriptions as s', (join) => join.onRef('s.tenant_id', '=', 'n.tenant_id').onRef('s.id', '=', 'n.subscription_id'))
    .select(['s.id', 's.external_id'])
    .where('n.invoice_id', '=', id)
    .execute();
  return new Map(rows.map((row) => [row.id, row.external_id]));
}

/** A voided invoice has billed nothing: what made it may be billed again. */
export async function releaseSubscriptions(db: Db, invoiceId: string): Promise<void> {
  await db.updateTable('invoice_subscriptions').set({ voided: true }).where('invoice_id', '=', invoiceId).execute();
}
