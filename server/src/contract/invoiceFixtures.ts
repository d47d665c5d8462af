import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

/** A subscription that owes a call which no invoice has. */
async function subscriptionInArrears({ must, name, now, newMetric, newPlan, newCustomer, newSubscription }: World): Promise<string> {
  const metric = await newMetric();
  const plan = await newPlan({ pay_in_advance: false, charges: [{ billable_metric_id: metric.id, charge_model: 'standard', properties: { amount: '1' } }] });
  const customer = await newCustomer();
  const began = Temporal.Instant.from(now).subtract({ hours: 1 }).toString();
  const subscription = await newSubscription({ customer_id: customer.id, plan_id: plan.id, started_at: began });
  await must('POST', '/v1/events', { transaction_id: name(), external_customer_id: customer.external_id, code: metric.code, timestamp: began });
  return subscription.id;
}

/** A finalized invoice of a customer that has an address. */
async function invoiceWithAddress({ newInvoice, must }: World): Promise<string> {
  const { id, customer_id: customer } = await newInvoice('finalized');
  await must('PUT', `/v1/customers/${customer}`, { email: 'a@example.com' });
  return id;
}

/** What is done to invoices on request, and to those that are not as they should be. */
export const invoiceFixtures: Record<string, Fixture> = {
  invoiceSubscriptionNow: async (world) => ({ params: { subscription_id: await subscriptionInArrears(world) } }),
  // Of a subscription that might be; one that is there is named instead.
  previewInvoice: ({ made }) => ({ body: { customer_id: made.customer.id, plan_id: made.plan.id }, mentions: { subscription_id: made.subscription.id } }),
  sendInvoiceEmail: async (world) => ({ params: { invoice_id: await invoiceWithAddress(world) } }),
  sendInvoiceReminder: async (world) => ({ params: { invoice_id: await invoiceWithAddress(world) } }),
  refreshInvoice: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('draft')).id } }),
  regenerateInvoice: async ({ newInvoice, must }) => {
    const { id } = await newInvoice('finalized');
    await must('POST', `/v1/invoices/${id}/void`);
    return { params: { invoice_id: id } };
  },
  writeOffInvoice: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('finalized')).id } }),
  reverseInvoiceWriteOff: async ({ newInvoice, must }) => {
    const { id } = await newInvoice('finalized');
    await must('POST', `/v1/invoices/${id}/write_off`);
    return { params: { invoice_id: id } };
  },
  diffInvoice: ({ made }) => ({ params: { invoice_id: made.invoice.id }, query: { against: made.invoice.id } }),
};
