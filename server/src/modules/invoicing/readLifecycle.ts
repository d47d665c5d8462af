import { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { notFound } from '../../kernel/problem.ts';
import { findSubscription } from '../subscriptions/index.ts';
import { lifecycleOf } from './lifecycle.sql.ts';
import type { SubscriptionLifecycleResponse } from './lifecycle.schemas.ts';

type Entry = z.output<typeof SubscriptionLifecycleResponse>['events'][number];
type Logged = Awaited<ReturnType<typeof lifecycleOf>>[number];

/** What happened to a subscription, its invoices and their payments, as the log has it. Throws 404. */
export async function readLifecycle({ db }: Read, reference: string): Promise<z.output<typeof SubscriptionLifecycleResponse>> {
  const row = await findSubscription(db, reference);
  if (row === undefined) throw notFound('subscription');
  return { events: (await lifecycleOf(db, row.id)).map(entryOf) };
}

const shown = z.object({ status: z.string().optional(), invoice_number: z.string().nullable().optional(), plan_code: z.string().optional() });

function entryOf(logged: Logged): Entry {
  const { status, invoice_number: number, plan_code: plan } = shown.parse(logged.data);
  return {
    timestamp: logged.occurred_at,
    event_type: typeOf(logged),
    title: titleOf(logged.type),
    description: number ?? plan ?? null,
    status: status ?? null,
    resource_id: logged.subject_id,
    resource_type: logged.subject_type,
    metadata: { event: logged.type, actor_type: logged.actor_type },
  };
}

function typeOf({ subject_type: subject, action }: Logged): Entry['event_type'] {
  if (subject === 'invoice' || subject === 'payment') return subject;
  return action === 'status_changed' ? 'status_change' : 'subscription';
}

/** "subscription.plan_changed" -> "Subscription plan changed". */
function titleOf(type: string): string {
  const words = type.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
