import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { loadPhase, takeSubscription } from '../subscriptions/index.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { loadBilled } from './generateInvoice.ts';
import { interimInvoicesAt } from './interim.sql.ts';
import { readParties } from './invoiceParties.ts';
import { loadFacts } from './loadFacts.ts';
import type { InvoiceParties } from './postInvoice.ts';
import { writeInvoice } from './writeInvoice.ts';

/**
 * Bills on request what a subscription owes so far: usage up to now, of a plan in arrears the days that are over, and usage that came late
 * for periods billed before, also after the subscription's end. It is finalized at once: what comes later for the open period is on the
 * invoice of its end, which bills the whole period less this. Throws 404; 409 before the start, and where nothing is owed.
 */
export async function invoiceNow(tx: Tx, reference: string, replaces: InvoiceParties['replaces'] = null) {
  const subscription = await takeSubscription(tx, reference);
  if (subscription.done_through_at === null) throw conflict('subscription_not_started', 'The subscription has not started: it owes nothing yet.');
  await lockBilling(tx, subscription.customer_id);
  const at = tx.scope.now;
  const phase = await loadPhase(tx.db, subscription, subscription.phase);
  const part = await loadBilled(tx, subscription, { at, kind: 'interim', phase });
  if (part === null) throw new Error('An invoice that is asked for covers at least an instant.');
  const turn = await interimInvoicesAt(tx.db, subscription.id, at);
  const of = { customerId: subscription.customer_id, currency: part.subscription.terms.currency, draftId: null };
  const facts = await loadFacts(tx.db, of, [{ ...part, turn, phase: subscription.phase }]);
  const draft = draftInvoice(facts);
  if (isNothing(draft)) throw conflict('nothing_to_invoice', 'Nothing is owed that is not invoiced yet.');
  const { grace: _grace, ...parties } = await readParties(tx, subscription.customer_id);
  const written = await writeInvoice(tx, { facts, draft }, { ...parties, replaces }, null);
  if (written === null) throw new Error('Each invoice that is asked for has a turn of its own.');
  return finalizeDraft(tx, { row: written.row, lateCredits: draft.lateCredits }, written.created);
}

function isNothing({ fees, lateCredits }: InvoiceDraft): boolean {
  return lateCredits.length === 0 && fees.every(({ amount, progressive }) => Amount.isZero(Amount.subtract(amount, progressive)));
}
