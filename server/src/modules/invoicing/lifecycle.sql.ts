import type { Selectable } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';
import type { Tables } from '../../tables.ts';

/** How many entries a timeline has at most: the latest. */
const most = 1000;

/** What the log says of a subscription, of its invoices and of the payments for them, oldest first. */
export async function lifecycleOf(db: ReadDb, subscriptionId: string): Promise<readonly Selectable<Tables['domain_events']>[]> {
  const rows = await db
    .selectFrom('domain_events as e')
    .selectAll('e')
    .where((is) => {
      const invoices = is.selectFrom('invoice_subscriptions as i').select('i.invoice_id').where('i.subscription_id', '=', subscriptionId);
      const payments = is.selectFrom('payments as p').select('p.id').where('p.invoice_id', 'in', invoices);
      return is.or([
        is.and([is('e.subject_type', '=', 'subscription'), is('e.subject_id', '=', subscriptionId), is('e.type', '<>', 'subscription.billing_due')]),
        is.and([is('e.subject_type', '=', 'invoice'), is('e.subject_id', 'in', invoices)]),
        is.and([is('e.subject_type', '=', 'payment'), is('e.subject_id', 'in', payments)]),
      ]);
    })
    .orderBy('e.occurred_at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(most)
    .execute();
  return rows.toReversed();
}
