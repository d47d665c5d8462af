import { totalOfFee } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { UnbilledFee } from '@farthing/core/wallets';
import { z } from 'zod';
import { isClockMoving } from '../../kernel/db/tenants.ts';
import type { Read, Tx } from '../../kernel/envelope.ts';
import type { OccurredEvent } from '../../kernel/event.ts';
import { type JobType, job } from '../../kernel/job.ts';
import { timer } from '../../kernel/timer.ts';
import { lockBilling } from '../customers/index.ts';
import { findSubscription } from '../subscriptions/index.ts';
import { collectDrawn, customerOfWallet, drawnBy, hasWallets, setOngoing, walletCreated } from '../wallets/index.ts';
import type { UsageFollower } from './followUsage.ts';
import { loadDeductions } from './loadDeductions.ts';
import { arrivedForWallets, draftFeesOf, growsWithTime, hasAnyWallet, runningOf, walletOwners } from './ongoing.sql.ts';
import { draftUsageSoFar, openUsage, readUsageSoFar } from './usageSoFar.ts';

/**
 * What a customer used and was not billed for yet in a currency, and what its drafts have due, fee by fee (I8). Coupons are left out of the
 * usage: which invoice takes them is not known before it is made.
 */
async function readUnbilled(read: Read, customerId: string, currency: string): Promise<UnbilledFee[]> {
  const drafts = await draftFeesOf(read.db, customerId, currency);
  const unbilled: UnbilledFee[] = drafts.map((fee) => ({ type: fee.type, planCode: fee.plan_code, metricCode: fee.metric_code, due: Amount.of(fee.total) }));
  for (const id of await runningOf(read.db, customerId)) {
    const subscription = await findSubscription(read.db, id);
    const usage = subscription === undefined ? null : openUsage(subscription, read.scope.now);
    if (subscription === undefined || usage === null || subscription.plan_currency !== currency) continue;
    const facts = await readUsageSoFar(read, subscription, usage);
    const { taxes } = await loadDeductions(read.db, { customerId, currency: facts.subscription.terms.currency, invoiceId: null });
    const { fees } = await draftUsageSoFar(read, subscription, { ...facts, coupons: [], taxes });
    unbilled.push(...fees.map((fee) => ({ type: fee.type, planCode: subscription.plan_code, metricCode: fee.metricCode, due: Amount.max(totalOfFee(fee), Amount.zero) })));
  }
  return unbilled;
}

/** Counts off a customer's wallets what is not billed yet, as it is now; what grows with time alone once more in an hour. */
async function refreshWallets(tx: Tx, customerId: string): Promise<void> {
  if (!(await hasWallets(tx.db, customerId))) return;
  await lockBilling(tx, customerId);
  await setOngoing(tx, customerId, (currency) => readUnbilled(tx, customerId, currency));
  if (await growsWithTime(tx.db, customerId)) await refreshInAnHour(tx, customerId);
}

/** Counts usage off wallets as it arrives. */
export const followWallets: UsageFollower = {
  name: 'wallets',
  startsOn: [walletCreated],
  isWanted: hasAnyWallet,
  arrived: arrivedForWallets,
  take: async (tx, subscriptionId) => {
    const subscription = await findSubscription(tx.db, subscriptionId);
    if (subscription !== undefined) await refreshWallets(tx, subscription.customer_id);
  },
};

const payload = z.object({ customer_id: z.string() });

/** Counts off a customer's wallets once more, after something beside usage has changed. */
export const refreshJob: JobType<typeof payload> = job({
  name: 'invoicing.refresh_wallets',
  payload,
  handle: async ({ envelope, tenantId, payload: { customer_id: customerId } }) =>
    envelope.command(await envelope.scopeOf(tenantId), (tx) => refreshWallets(tx, customerId), 'what is left of wallets is derived'),
});

/**
 * Counts off when a timer says so, and not by a job: that would be done whenever its turn comes, and a test clock that is on its way be
 * hours or months ahead by then (T5).
 */
async function refreshByTimer(tx: Tx, { subjectId }: { readonly subjectId: string }): Promise<void> {
  // Before it is asked whether there is anything to do: whoever finds the timer set relies on it to see what they changed.
  await lockBilling(tx, subjectId);
  await refreshWallets(tx, subjectId);
}

/** Falls due each hour while a customer with wallets holds what costs more with time alone. */
const hourly = timer({ kind: 'invoice.refresh_wallets', handle: refreshByTimer });

/** Falls due at the instant of a test clock on its way at which something of a customer's wallets changed. */
const onTheWay = timer({ kind: 'invoice.refresh_wallets_now', handle: refreshByTimer });

export const refreshTimers = [hourly, onTheWay];

/** One that is set stays: to move it would be to wait for it while it runs, and it waits for the customer. */
async function refreshInAnHour(tx: Tx, customerId: string): Promise<void> {
  if (await tx.isScheduled(hourly, customerId)) return;
  await tx.schedule(hourly, customerId, tx.scope.now.add({ hours: 1 }));
}

const amended = z.object({ external_customer_id: z.string(), replacement: z.object({ external_customer_id: z.string() }).nullable() });

/** An event counts nowhere any more, or another in its place: the wallets of whoever it was of are counted off anew. */
export async function refreshAmended(tx: Tx, { data }: OccurredEvent): Promise<void> {
  const { external_customer_id: before, replacement } = amended.parse(data);
  for (const id of await walletOwners(tx.db, [before, replacement?.external_customer_id ?? before])) await enqueueRefresh(tx, id);
}

const concerned = z.object({ customer_id: z.string().optional(), wallet_id: z.string().optional() });

/** An invoice or a wallet has changed: its customer's wallets are counted off anew, once, after this transaction. */
export async function refreshLater(tx: Tx, { data }: OccurredEvent): Promise<void> {
  const { customer_id: known, wallet_id: walletId } = concerned.parse(data);
  const customerId = known ?? (walletId === undefined ? undefined : await customerOfWallet(tx.db, walletId));
  if (customerId !== undefined) await refreshOf(tx, customerId);
}

/** Counts a customer's wallets off anew, after this transaction. */
export async function refreshOf(tx: Tx, customerId: string): Promise<void> {
  if (await hasWallets(tx.db, customerId)) await enqueueRefresh(tx, customerId);
}

/** A test clock on its way has it done before it goes on, so that what is topped up now pays what falls due next. */
async function enqueueRefresh(tx: Tx, customerId: string): Promise<void> {
  const { id: tenantId, environment } = tx.scope.tenant;
  await tx.enqueue(refreshJob, { customer_id: customerId }, { key: `refresh_wallets ${customerId}` });
  if (environment !== 'sandbox' || !(await isClockMoving(tx.db, tenantId)) || (await tx.isScheduled(onTheWay, customerId))) return;
  await tx.schedule(onTheWay, customerId, tx.scope.now);
}

const finalized = z.object({ customer_id: z.string(), currency: z.string(), invoice_type: z.string() });

/** An invoice is final: its customer's wallets are counted off anew, and what was spent of them on credit is collected with it. */
export async function afterFinalized(tx: Tx, { data }: OccurredEvent): Promise<void> {
  const { customer_id: customerId, currency, invoice_type: type } = finalized.parse(data);
  const drawn = await drawnBy(tx.db, customerId);
  if (drawn === null) return;
  await enqueueRefresh(tx, customerId);
  if (drawn > 0n && type !== 'credit') await collectDrawn(tx, customerId, currency);
}
