import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Read } from '../../kernel/envelope.ts';
import { skipsZeroInvoices } from './invoicing.sql.ts';
import type { LoadedFacts, LoadedPart } from './loadFacts.ts';

/** What an invoice is made of, and the parts that it is made without. */
interface Shown<P extends LoadedPart> {
  /** Null where nothing is left of it. */
  readonly facts: LoadedFacts<P> | null;
  readonly draft: InvoiceDraft;
  readonly left: readonly P[];
  /** What is given back of those left out: of earlier periods by late events, of this one where usage that was billed on request shrank. */
  readonly lateCredits: InvoiceDraft['lateCredits'];
}

/**
 * Where the organization wants no invoices over nothing, a subscription whose part comes to nothing is left out of the invoice of the others,
 * as it would have none of its own; where all come to nothing, there is none at all. Add-ons that wait make one, which is that of the boundary,
 * also where a coupon pays all of them.
 */
export async function leaveOutNothing<P extends LoadedPart>({ db, scope }: Pick<Read, 'db' | 'scope'>, facts: LoadedFacts<P>): Promise<Shown<P>> {
  const draft = draftInvoice(facts);
  const idle = facts.parts.filter((part) => isOverNothing(part, draft));
  if (idle.length === 0 || !(await skipsZeroInvoices(db, scope.tenant.organizationId))) return { facts, draft, left: [], lateCredits: [] };
  if (idle.length === facts.parts.length) return Amount.isZero(draft.subtotal) ? { facts: null, draft, left: idle, lateCredits: draft.lateCredits } : { facts, draft, left: [], lateCredits: [] };
  const rest = { ...facts, parts: facts.parts.filter((part) => !idle.includes(part)) };
  const { lateCredits } = draftInvoice({ ...facts, parts: idle, addOns: [] });
  return { facts: rest, draft: draftInvoice(rest), left: idle, lateCredits };
}

/**
 * Whether a subscription's part comes to nothing before coupons: what a coupon was used for has an invoice to show for it. One that credits
 * what was billed before does not count as nothing: it is what the period was billed by.
 */
function isOverNothing({ subscription, progressive }: LoadedPart, { fees }: InvoiceDraft): boolean {
  return progressive.length === 0 && fees.every((fee) => fee.subscriptionId !== subscription.id || Amount.compare(fee.amount, fee.progressive) === 0);
}
