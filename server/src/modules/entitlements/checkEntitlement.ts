import { type Access, compareAccess, decideAccess } from '@farthing/core/entitlements';
import type { Quantity } from '@farthing/core/money';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import { parseId } from '../../kernel/wire.ts';
import type { checkQuery, EntitlementCheckResponse } from './entitlements.schemas.ts';
import { type CheckedFeature, readGrants, type SubscriptionGrant } from './grants.sql.ts';
import type { Meter } from './keepMeters.ts';

type Query = z.output<typeof checkQuery>;
type Reply = z.output<typeof EntitlementCheckResponse>;

interface Named {
  readonly path: string;
  readonly value: string;
}

/** The one thing that several parameters name. Throws 422 where none does, or two name different things. */
function named(query: Query, names: readonly ('customer_id' | 'customer' | 'external_id' | 'feature_code' | 'feature')[]): Named {
  const given = names.flatMap((path) => (query[path] === undefined ? [] : [{ path, value: query[path] }]));
  const [first] = given;
  if (first === undefined) throw invalid(names[0] ?? '', 'required', `Say which: ${names.join(', ')}.`);
  const other = given.find(({ value }) => value !== first.value);
  if (other !== undefined) throw invalid(other.path, 'contradiction', `${first.path} and ${other.path} name the same thing but differ.`);
  return first;
}

/** What one subscription has to say. */
interface Judged extends Pick<Reply, 'current_usage' | 'resets_at'> {
  readonly grant: SubscriptionGrant;
  readonly access: Access;
}

async function judge({ feature_type: type, metric }: CheckedFeature, grant: SubscriptionGrant, { wanted, meter }: Asked): Promise<Judged> {
  const { value } = grant;
  const unmeasured = decideAccess({ type, value, used: null }, wanted);
  // Where there is no limit, what was used decides nothing.
  if (metric === null || unmeasured.limit === null) return { grant, access: unmeasured, current_usage: null, resets_at: null };
  const measured = await meter.measure(grant, metric);
  if (measured === null) return { grant, access: unmeasured, current_usage: null, resets_at: null };
  const { used, period } = measured;
  return { grant, access: decideAccess({ type, value, used }, wanted), current_usage: used, resets_at: metric.recurring ? null : period.end };
}

interface Asked {
  readonly wanted: Quantity | null;
  readonly meter: Meter;
}

const nothing = { value: null, limit: null, current_usage: null, remaining: null, resets_at: null, source: null, subscription_id: null, external_subscription_id: null, plan_id: null } as const;

/**
 * Whether a customer may use a feature now, by the running subscription that grants most of it, or by the one named. A limit is compared with
 * what was used in the open period of that subscription. Throws 422 for a customer, feature or running subscription that is not there.
 */
export async function checkEntitlement(read: Read, query: Query, meterOf: (read: Read, question: string) => Meter): Promise<Reply> {
  const customer = named(query, ['customer_id', 'customer', 'external_id']);
  const code = named(query, ['feature_code', 'feature']);
  const meter = meterOf(read, JSON.stringify([customer.value, code.value, query.subscription_id]));
  try {
    return await check(read, query, { customer, code, meter });
  } finally {
    await meter.end();
  }
}

interface Question {
  readonly customer: Named;
  readonly code: Named;
  readonly meter: Meter;
}

async function check(read: Read, query: Query, { customer, code, meter }: Question): Promise<Reply> {
  const found = await readGrants(read.db, customer.value, code.value, read.scope.now);
  if (found.customer === null) throw invalid(customer.path, 'not_found', 'There is no such customer.');
  if (found.feature === null) throw invalid(code.path, 'not_found', 'There is no such feature.');
  const { metric, ...feature } = found.feature;
  if (query.quantity !== undefined && feature.feature_type !== 'quantity')
    throw invalid('quantity', 'not_countable', `The feature is of type ${feature.feature_type}: it is not counted.`);
  const judged: Judged[] = [];
  for (const grant of grantsAsked(found.grants, query.subscription_id))
    judged.push(await judge(found.feature, grant, { wanted: query.quantity ?? null, meter }));
  const [best] = judged.toSorted((a, b) => compareAccess(a.access, b.access));
  if (best === undefined) return { ...feature, ...nothing, has_access: false, reason: 'no_running_subscription' };
  const { grant, access, ...usage } = best;
  return { ...feature, ...grant, ...usage, has_access: access.hasAccess, reason: access.reason, limit: access.limit, remaining: access.remaining };
}

function grantsAsked(grants: readonly SubscriptionGrant[], reference: string | undefined): readonly SubscriptionGrant[] {
  if (reference === undefined) return grants;
  const id = parseId('sub', reference);
  const one = grants.find((grant) => grant.subscription_id === id) ?? grants.find((grant) => grant.external_subscription_id === reference);
  if (one === undefined) throw invalid('subscription_id', 'not_found', 'The customer has no such subscription that is running.');
  return [one];
}
