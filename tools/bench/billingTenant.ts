import { dueWorkChannel } from '../../server/src/kernel/db/liveness.ts';
import type { Installation } from './rig.ts';
import { call } from './tenant.ts';

/** A metric each; one model each, so that a bill takes five ways of pricing. */
const charges = [
  { charge_model: 'standard', properties: { amount: '0.01' } },
  { charge_model: 'package', properties: { amount: '5', package_size: '100' } },
  { charge_model: 'graduated', properties: { graduated_ranges: [{ from_value: 0, to_value: 10, per_unit_amount: '0.1', flat_amount: '1' }, { from_value: 11, to_value: null, per_unit_amount: '0.05', flat_amount: '0' }] } },
  { charge_model: 'volume', properties: { volume_ranges: [{ from_value: 0, to_value: 5, per_unit_amount: '0.2', flat_amount: '0' }, { from_value: 6, to_value: null, per_unit_amount: '0.1', flat_amount: '2' }] } },
  { charge_model: 'standard', properties: { amount: '0.333' } },
] as const;

// One boundary has passed since they started: the first of this month.
const thisMonth = Temporal.Now.plainDateISO('UTC').with({ day: 1 });
const lastMonth = thisMonth.subtract({ months: 1 });
const midnight = (day: Temporal.PlainDate): string => `${day}T00:00:00Z`;
const startedAt = midnight(lastMonth.with({ day: 15 }));
const usedAt = midnight(lastMonth.with({ day: 20 }));
const boundary = midnight(thisMonth);
const eventsEach = 2;
const batch = 1000;
const clients = 4;

const nameOf = (place: number): string => `billed-${String(place).padStart(6, '0')}`;

/** Does `work` for each place, a few at a time. */
async function forEachPlace(count: number, work: (place: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: clients }, one));
}

/** So many customers with one subscription each, to a plan in arrears with five charges, and two events for each charge last month. */
export async function subscribeAll({ api, tenant }: Installation, count: number): Promise<void> {
  const make = (path: string, body: unknown) => call(api.base, tenant.liveKey, 'POST', path, body);
  const priced = [];
  for (const [place, charge] of charges.entries()) {
    const { id } = await make('/v1/billable_metrics', { code: `billed-${place}`, name: `Metric ${place}`, aggregation_type: 'count' });
    priced.push({ billable_metric_id: id, ...charge });
  }
  const plan = { code: 'billed', name: 'Billed', interval: 'monthly', amount_cents: 4900, currency: 'USD', pay_in_advance: false, charges: priced };
  const { id: planId } = await make('/v1/plans', plan);
  await forEachPlace(count, async (place) => {
    const name = nameOf(place);
    await make('/v1/customers', { external_id: name, name });
    await make('/v1/subscriptions', { external_id: name, customer_id: name, plan_id: planId, billing_time: 'calendar', started_at: startedAt });
  });
  const total = count * charges.length * eventsEach;
  await forEachPlace(Math.ceil(total / batch), (part) => {
    const places = Array.from({ length: Math.min(batch, total - part * batch) }, (_, place) => part * batch + place);
    const events = places.map((place) => ({
      transaction_id: `billed-${place}`,
      external_customer_id: nameOf(Math.floor(place / (charges.length * eventsEach))),
      code: `billed-${place % charges.length}`,
      timestamp: usedAt,
      properties: {},
    }));
    return make('/v1/events/batch', { events });
  });
}

/** Every subscription has last month still to be billed: as where the worker had been away since. Nothing falls due yet. */
export async function holdBack({ admin, tenant }: Installation): Promise<void> {
  await admin.query(
    `update subscriptions set done_through_at = started_at, billed_through_at = null, billed_through_day = null where tenant_id = $1 and external_id like 'billed-%'`,
    [tenant.tenantId],
  );
  await admin.query(`update timers set due_at = '2126-01-01' where tenant_id = $1`, [tenant.tenantId]);
}

/** Lets last month fall due for some of the subscriptions, those after `from` in order, and wakes whoever does due work. */
export async function letFallDue({ admin, tenant }: Installation, from: number, count: number): Promise<void> {
  await admin.query(
    `update timers t set due_at = $2 from subscriptions s
     where t.tenant_id = $1 and s.tenant_id = $1 and t.subject_id = s.id and s.external_id >= $3 and s.external_id < $4`,
    [tenant.tenantId, boundary, nameOf(from), nameOf(from + count)],
  );
  await admin.query(`select pg_notify($1, '')`, [dueWorkChannel]);
}

/** Whether nothing is due any more and every job that came of it is done. */
export async function isAllDone({ admin, tenant }: Installation): Promise<boolean> {
  const { rows } = await admin.query<{ open: boolean }>(
    `select exists (select from timers where tenant_id = $1 and due_at <= now()) or exists (select from graphile_worker._private_jobs) as open`,
    [tenant.tenantId],
  );
  return rows[0]?.open === false;
}

/** Finalized invoices, each checked to have a line for the plan and one for each charge. */
export async function countInvoices({ admin, tenant }: Installation): Promise<number> {
  const { rows } = await admin.query<{ invoices: number; fees: number }>(
    `select count(distinct i.id)::int as invoices, count(f.id)::int as fees from invoices i join fees f on f.tenant_id = i.tenant_id and f.invoice_id = i.id
     where i.tenant_id = $1 and i.status in ('finalized', 'paid')`,
    [tenant.tenantId],
  );
  const { invoices = 0, fees = 0 } = rows[0] ?? {};
  if (fees !== invoices * (charges.length + 1)) throw new Error(`${invoices} invoices have ${fees} fees.`);
  return invoices;
}
