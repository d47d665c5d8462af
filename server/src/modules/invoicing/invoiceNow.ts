import { draftInvoice, type InvoiceDraft } from '@farthing/core/billing';
import { Amount } from '@farthing/core/money';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict } from '../../kernel/problem.ts';
import { lockBilling } from '../customers/index.ts';
import { loadPhase, takeSubscription } from '../subscriptions/index.ts';
import { takeAddOns } from './appliedAddOns.sql.ts';
import { announce } from './announceInvoice.ts';
import { finalizeDraft } from './finalizeInvoice.ts';
import { loadBilled } from './generateInvoice.ts';
import { interimInvoicesAt } from './interim.sql.ts';
import { readParties } from './invoiceParties.ts';
import { invoiceCreated } from './invoicing.events.ts';
import { keepBilledPeriod } from './keepBilledPeriod.ts';
import { keepDeductions } from './keepDeductions.ts';
import { type InvoiceParties, insertFees, postInvoice } from './postInvoice.ts';

/**
 * Bills on request what a subscription owes so far: usage up to now, of a plan in arrears the days that are over, and usage that came late
 * for periods billed before, also after the subscription's end. It is finalized at once: what comes later for the open period is on the
 * invoice of its end, which bills the whole period less this. Throws 404; 409 before the start, and where nothing is owed.
 */
export async function invoiceNow(tx: Tx, reference: string, replaces: InvoiceParties['replaces'] = null) {
  const subscription = await takeSubscription(tx, reference);
  if (subscription.status === 'pending') throw conflict('subscription_not_started', 'The subscription has not started: it owes nothing yet.');
  await lockBilling(tx, subscription.customer_id);
  const at = tx.scope.now;
  const phase = await loadPhase(tx.db, subscription, subscription.phase);
  const facts = await loadBilled(tx, subscription, { at, kind: 'interim', phase });
  if (facts === null) throw new Error('An invoice that is asked for covers at least an instant.');
  const draft = draftInvoice(facts);
  if (isNothing(draft)) throw conflict('nothing_to_invoice', 'Nothing is owed that is not invoiced yet.');
  const turn = await interimInvoicesAt(tx.db, subscription.id, at);
  const { grace: _grace, ...parties } = await readParties(tx, subscription.customer_id, subscription.id);
  const { billedThrough: opened } = phase.terms;
  const invoice = await postInvoice(tx, draft, { ...parties, replaces, turn, phase: subscription.phase, opened }, null);
  if (invoice === null) throw new Error('Each invoice that is asked for has a turn of its own.');
  const billedPeriodId = await keepBilledPeriod(tx, subscription.id, invoice.id, facts, draft);
  await insertFees(tx, draft.fees.map((fee) => ({ fee })), { ...invoice, billedPeriodId });
  await takeAddOns(tx.db, invoice.id, facts.addOns);
  await keepDeductions(tx, invoice, draft);
  const created = await announce(tx, invoiceCreated, invoice.id);
  return finalizeDraft(tx, { row: invoice, lateCredits: draft.lateCredits }, created);
}

function isNothing({ fees, lateCredits }: InvoiceDraft): boolean {
  return lateCredits.length === 0 && fees.every(({ amount, progressive }) => Amount.isZero(Amount.subtract(amount, progressive)));
}
