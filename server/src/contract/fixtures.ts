import { creditNoteFixtures } from './creditNoteFixtures.ts';
import { discounts } from './discountFixtures.ts';
import { entitlementFixtures } from './entitlementFixtures.ts';
import { invoiceFixtures } from './invoiceFixtures.ts';
import { priceFixtures } from './priceFixtures.ts';
import type { Sample } from './operations.ts';
import { usageLimits } from './usageLimits.ts';
import type { World } from './world.ts';

/** What a good call of an operation takes; made anew for each call, so that one that deletes or ends can be made again. */
export type Fixture = (world: World) => Sample | Promise<Sample>;

const organizations: Record<string, Fixture> = {
  getRoot: () => ({}),
  getOrganizationBranding: async ({ admin, name }) => ({ params: { slug: (await admin('POST', '/v1/organizations', { name: name() })).body.slug } }),
  listOrganizations: () => ({}),
  createOrganization: ({ name }) => ({ body: { name: name(), default_currency: 'EUR', timezone: 'Europe/Paris' } }),
  deleteOrganization: async ({ admin, name }) => {
    const { body } = await admin('POST', '/v1/organizations', { name: name() });
    return { params: { org_id: body.id } };
  },
  getCurrentOrganization: () => ({}),
  updateCurrentOrganization: ({ name }) => ({ body: { name: name(), hmac_key: 'a key', portal_accent_color: '#1a2b3c' } }),
  listApiKeys: () => ({}),
  createApiKey: ({ name }) => ({ body: { name: name(), scopes: ['api_keys:read'] } }),
  rotateApiKey: async ({ newKey }) => ({ params: { api_key_id: (await newKey()).id } }),
  revokeApiKey: async ({ newKey }) => ({ params: { api_key_id: (await newKey()).id } }),
};

/** A time a little ahead of the clock, another one for each call. */
async function ahead({ must, settled, count }: World): Promise<string> {
  await settled();
  const { now } = await must('GET', '/v1/test_clock');
  return Temporal.Instant.from(now).add({ seconds: count() }).toString();
}

const clock: Record<string, Fixture> = {
  getTestClock: () => ({}),
  setTestClock: async (world) => ({ body: { now: await ahead(world) } }),
  advanceTestClock: async (world) => ({ body: { to: await ahead(world) } }),
};

const audit: Record<string, Fixture> = {
  listAuditLogs: ({ made }) => ({ query: { resource_id: made.customer.id } }),
  listResourceAuditLogs: ({ made }) => ({ params: { resource_type: 'customer', resource_id: made.customer.id } }),
};

const webhooks: Record<string, Fixture> = {
  listWebhookEndpoints: () => ({}),
  getWebhookDeliveryStats: () => ({}),
  getWebhookEndpoint: ({ made }) => ({ params: { endpoint_id: made.endpoint.id } }),
  createWebhookEndpoint: async ({ newEndpoint, must, made, name }) => {
    // Makes room as well: an environment has at most twenty.
    await must('DELETE', `/v1/webhook_endpoints/${(await newEndpoint()).id}`);
    return { body: { url: `${new URL(made.endpoint.url).origin}/${name()}`, event_types: ['plan.deleted'], signature_algo: 'hmac' } };
  },
  updateWebhookEndpoint: async ({ newEndpoint }) => ({ params: { endpoint_id: (await newEndpoint()).id }, body: { event_types: ['plan.created'] } }),
  deleteWebhookEndpoint: async ({ newEndpoint }) => ({ params: { endpoint_id: (await newEndpoint()).id } }),
  rotateWebhookSecret: async ({ newEndpoint }) => ({ params: { endpoint_id: (await newEndpoint()).id }, body: { overlap_hours: 1 } }),
  listWebhooks: ({ made }) => ({ query: { webhook_endpoint_id: made.endpoint.id } }),
  getWebhook: ({ made }) => ({ params: { webhook_id: made.webhook.id } }),
  listWebhookDeliveryAttempts: ({ made }) => ({ params: { webhook_id: made.webhook.id } }),
  retryWebhook: ({ made }) => ({ params: { webhook_id: made.webhook.id } }),
};

const metrics: Record<string, Fixture> = {
  listBillableMetrics: () => ({}),
  createBillableMetric: ({ name }) => ({ body: { code: name(), name: name(), aggregation_type: 'sum', field_name: 'bytes' } }),
  getBillableMetricStats: () => ({}),
  getBillableMetric: ({ made }) => ({ params: { metric_id: made.metric.id } }),
  updateBillableMetric: async ({ newMetric, name }) => ({ params: { metric_id: (await newMetric()).id }, body: { name: name() } }),
  deleteBillableMetric: async ({ newMetric }) => ({ params: { metric_id: (await newMetric()).id } }),
  listBillableMetricFilters: ({ made }) => ({ params: { code: made.metric.id } }),
  createBillableMetricFilter: ({ made, name }) => ({ params: { code: made.metric.id }, body: { key: name(), values: ['a', 1, true] } }),
  deleteBillableMetricFilter: async ({ must, made, name }) => {
    const filter = await must('POST', `/v1/billable_metrics/${made.metric.id}/filters`, { key: name() });
    return { params: { code: made.metric.id, filter_id: filter.id } };
  },
  countPlansPerBillableMetric: () => ({}),
  listPlansOfBillableMetric: ({ made }) => ({ params: { metric_id: made.metric.id } }),
};

/** A charge that names a metric and, in both ways, filters of it. */
const charge = ({ made }: World) => ({
  billable_metric_id: made.metric.id,
  charge_model: 'standard',
  properties: { amount: '1' },
  filters: [
    { billable_metric_filter_id: made.filter.id, values: ['eu'] },
    { conditions: [{ billable_metric_filter_id: made.filter.id, values: ['us'] }], properties: { amount: '2' } },
  ],
});

async function newCommitment({ must, newPlan }: World) {
  return must('POST', `/v1/plans/${(await newPlan()).id}/commitments`, { amount_cents: 100 });
}

const catalog: Record<string, Fixture> = {
  listPlans: () => ({}),
  createPlan: (world) => ({ body: { code: world.name(), name: world.name(), interval: 'monthly', amount_cents: 100, currency: 'USD', charges: [charge(world)] } }),
  getPlan: ({ made }) => ({ params: { plan_id: made.plan.id } }),
  updatePlan: async (world) => {
    const plan = await world.newPlan({ charges: [charge(world)] });
    return { params: { plan_id: plan.id }, body: { name: world.name(), charges: [{ ...charge(world), id: plan.charges[0].id }] } };
  },
  deletePlan: async ({ newPlan }) => ({ params: { plan_id: (await newPlan()).id } }),
  simulatePlan: ({ made }) => ({ params: { plan_id: made.plan.id }, body: { units: '12.5', charges: { graduated: 40 } } }),
  countSubscriptionsPerPlan: () => ({}),
  listPlanCommitments: async (world) => ({ params: { plan_code: (await newCommitment(world)).plan_id } }),
  createPlanCommitment: async ({ newPlan }) => ({ params: { plan_code: (await newPlan()).code }, body: { amount_cents: 100, invoice_display_name: 'Least' } }),
  updateCommitment: async (world) => ({ params: { commitment_id: (await newCommitment(world)).id }, body: { amount_cents: 200 } }),
  deleteCommitment: async (world) => ({ params: { commitment_id: (await newCommitment(world)).id } }),
};

const customers: Record<string, Fixture> = {
  listBillingEntities: () => ({}),
  createBillingEntity: ({ name }) => ({ body: { code: name(), name: name(), country: 'de', document_locale: 'de' } }),
  countCustomersPerBillingEntity: () => ({}),
  getBillingEntity: ({ made }) => ({ params: { code: made.entity.code } }),
  updateBillingEntity: async ({ newEntity, name }) => ({ params: { code: (await newEntity()).code }, body: { name: name() } }),
  deleteBillingEntity: async ({ newEntity }) => ({ params: { code: (await newEntity()).code } }),
  listCustomers: ({ marker }) => ({ query: { search: marker } }),
  createCustomer: ({ name, made }) => ({ body: { name: name(), external_id: name(), email: 'a@example.com', billing_entity_id: made.entity.id } }),
  getCustomer: ({ made }) => ({ params: { customer_id: made.customer.id } }),
  updateCustomer: async ({ newCustomer, name, made }) => ({
    params: { customer_id: (await newCustomer()).id },
    body: { name: name(), billing_entity_id: made.entity.id },
  }),
  deleteCustomer: async ({ newCustomer }) => ({ params: { customer_id: (await newCustomer()).id } }),
  getCustomerPortalUrl: ({ made }) => ({ params: { external_id: made.customer.external_id } }),
  listCustomerIntegrationMappings: ({ made }) => ({ params: { customer_id: made.customer.id } }),
  getCustomerHealth: ({ made }) => ({ params: { customer_id: made.customer.id } }),
};

async function pausedSubscription({ newSubscription, must }: World): Promise<string> {
  const { id } = await newSubscription();
  await must('POST', `/v1/subscriptions/${id}/pause`);
  return id;
}

async function subscriptionWithSeats({ must, name, newPlan, newSubscription }: World) {
  const addOn = await must('POST', '/v1/add_ons', { code: name(), name: name(), amount_cents: 1000, amount_currency: 'USD' });
  const plan = await newPlan({ fixed_charges: [{ add_on_code: addOn.code, units: 5, pay_in_advance: true, prorated: true }] });
  return { addOn, subscription: await newSubscription({ plan_id: plan.id }) };
}

const subscriptions: Record<string, Fixture> = {
  listSubscriptionFixedCharges: async (world) => ({ params: { subscription_id: (await subscriptionWithSeats(world)).subscription.id } }),
  updateSubscriptionFixedCharge: async (world) => {
    const { addOn, subscription } = await subscriptionWithSeats(world);
    return { params: { subscription_id: subscription.id, add_on_code: addOn.code }, body: { units: '7.5', timing: 'now' } };
  },
  previewSubscriptionFixedCharge: async (world) => {
    const { addOn, subscription } = await subscriptionWithSeats(world);
    return { params: { subscription_id: subscription.id, add_on_code: addOn.code }, body: { units: '7.5', timing: 'now' } };
  },
  listSubscriptions: ({ made }) => ({ query: { customer_id: made.customer.id, plan_id: made.plan.id } }),
  createSubscription: async ({ name, newCustomer, made, now }) => ({
    body: { external_id: name(), customer_id: (await newCustomer()).id, plan_id: made.plan.id, started_at: now },
  }),
  getBillingProgress: ({ now }) => ({ query: { since: now } }),
  getSubscription: ({ made }) => ({ params: { subscription_id: made.subscription.id } }),
  getNextBillingDate: ({ made }) => ({ params: { subscription_id: made.subscription.id } }),
  updateSubscription: async ({ newSubscription, newPlan, made }) => ({
    params: { subscription_id: (await newSubscription()).id },
    body: { on_termination_action: 'skip', plan_id: (await newPlan({ amount_cents: 73_000 })).id, timing: 'now' },
    mentions: { plan_id: made.plan.id },
  }),
  terminateSubscription: async ({ newSubscription }) => ({ params: { subscription_id: (await newSubscription()).id }, query: { on_termination_action: 'skip' } }),
  pauseSubscription: async ({ newSubscription }) => ({ params: { subscription_id: (await newSubscription()).id } }),
  resumeSubscription: async (world) => ({ params: { subscription_id: await pausedSubscription(world) } }),
  cancelSubscription: async ({ newSubscription }) => ({ params: { subscription_id: (await newSubscription()).id }, query: { on_termination_action: 'skip' } }),
  uncancelSubscription: async ({ newSubscription, must }) => {
    const { id } = await newSubscription();
    await must('POST', `/v1/subscriptions/${id}/cancel`);
    return { params: { subscription_id: id } };
  },
  bulkPauseSubscriptions: async ({ newSubscription }) => ({ body: { subscription_ids: [(await newSubscription()).id] } }),
  bulkResumeSubscriptions: async (world) => ({ body: { subscription_ids: [await pausedSubscription(world)] } }),
  bulkTerminateSubscriptions: async ({ newSubscription }) => ({ body: { subscription_ids: [(await newSubscription()).id], on_termination_action: 'skip' } }),
  activateSubscription: async ({ newSubscription }) => ({ params: { subscription_id: (await newSubscription({ started_at: null })).id } }),
};

const usageEvent = ({ made, name, now }: World) => ({
  transaction_id: name(),
  external_customer_id: made.customer.external_id,
  code: made.metric.code,
  timestamp: now,
  properties: { bytes: '12.5', region: 'eu' },
});

/** An event of a customer of its own, so that each call marks an hour that no other did. */
const lonelyEvent = (world: World) => ({ ...usageEvent(world), external_customer_id: world.name() });
const newEvent = (world: World) => world.must('POST', '/v1/events', lonelyEvent(world));

/** The day around an instant. */
const lastDay = (now: string) => {
  const noon = Temporal.Instant.from(now);
  return { from_timestamp: noon.subtract({ hours: 12 }).toString(), to_timestamp: noon.add({ hours: 12 }).toString() };
};

const newBackfill = (world: World) => world.must('POST', '/v1/backfills', lastDay(world.now));

const bothNames = (id: string) => ({ subscription_id: id, external_subscription_id: id });

const metering: Record<string, Fixture> = {
  createEvent: (world) => ({ body: usageEvent(world) }),
  createEventBatch: (world) => ({ body: { events: [usageEvent(world), usageEvent(world)] } }),
  createDataRecords: ({ made, name, now }) => ({
    body: { records: [{ customer_external_id: made.customer.external_id, code: made.metric.code, time_from: now, external_id: name() }] },
  }),
  listEvents: ({ made }) => ({ query: { external_customer_id: made.customer.external_id } }),
  getEventVolume: () => ({}),
  listUsageMeters: () => ({}),
  getEvent: ({ made }) => ({ params: { event_id: made.event.id } }),
  amendEvent: async (world) => ({
    params: { event_id: (await newEvent(world)).id },
    body: { kind: 'replace', event: { ...lonelyEvent(world), properties: { bytes: 7 } }, reason: 'sent in the wrong unit' },
  }),
  listEventAmendments: async (world) => {
    const { id } = await newEvent(world);
    const { replacement_id } = await world.must('POST', `/v1/events/${id}/amend`, { kind: 'replace', event: { properties: { bytes: 1 } } });
    await world.must('POST', `/v1/events/${replacement_id}/amend`, { kind: 'cancel' });
    return { params: { event_id: id } };
  },
  reprocessEvent: async (world) => ({ params: { event_id: (await newEvent(world)).id } }),
  listUnmatchedEvents: async (world) => {
    for (const n of [1, 2]) await world.must('POST', '/v1/events', { ...usageEvent(world), external_customer_id: `${world.made.customer.external_id}${n}` });
    return {};
  },
  listBackfills: async (world) => {
    for (const _ of [1, 2]) await newBackfill(world);
    return { query: { status: 'open' } };
  },
  createBackfill: ({ now, name }) => ({ body: { ...lastDay(now), note: name() } }),
  getBackfill: async (world) => ({ params: { backfill_id: (await newBackfill(world)).id } }),
  fillBackfill: async (world) => ({ params: { backfill_id: (await newBackfill(world)).id }, body: { events: [usageEvent(world)] } }),
  listBackfillEvents: async (world) => {
    const { id } = await newBackfill(world);
    await world.must('POST', `/v1/backfills/${id}/events`, { events: [usageEvent(world), usageEvent(world)] });
    return { params: { backfill_id: id } };
  },
  closeBackfill: async (world) => {
    const { id } = await newBackfill(world);
    await world.must('POST', `/v1/backfills/${id}/events`, { events: [usageEvent(world), usageEvent(world)] });
    return { params: { backfill_id: id } };
  },
  revertBackfill: async (world) => ({ params: { backfill_id: (await newBackfill(world)).id } }),
  getCustomerCurrentUsage: ({ made }) => ({ params: { external_id: made.customer.id }, query: bothNames(made.subscription.id) }),
  getCustomerProjectedUsage: ({ made }) => ({ params: { external_id: made.customer.id }, query: bothNames(made.subscription.id) }),
  getCustomerPastUsage: ({ made }) => ({ params: { external_id: made.customer.id }, query: { ...bothNames(made.subscription.id), periods_count: '2' } }),
  getSubscriptionCurrentUsage: ({ made }) => ({ params: { subscription_id: made.subscription.id } }),
  getUsageSeries: ({ made, now }) => {
    const at = Temporal.Instant.from(now);
    return { query: { metric: made.metric.code, window: 'day', from: at.subtract({ hours: 48 }).toString(), to: at.toString(), group_by: 'region', external_customer_id: made.customer.external_id } };
  },
  getUsageTrend: ({ made, now }) => ({ params: { subscription_id: made.subscription.id }, query: { start_date: now.slice(0, 10), end_date: now.slice(0, 10) } }),
  estimateEventFees: ({ made }) => ({ body: { subscription_id: made.subscription.id, code: made.metric.code, properties: { bytes: 3 } } }),
};

const invoicing: Record<string, Fixture> = {
  listInvoices: ({ made }) => ({ query: { customer_id: made.customer.id, subscription_id: made.subscription.id, external_subscription_id: made.subscription.external_id } }),
  getSubscriptionLifecycle: ({ made }) => ({ params: { subscription_id: made.subscription.id } }),
  previewPlanChange: async ({ newSubscription, newPlan }) => ({ params: { subscription_id: (await newSubscription()).id }, body: { new_plan_id: (await newPlan()).id, proration: 'day' } }),
  createOneOffInvoice: async ({ made, name }) => ({
    body: { customer_id: made.customer.id, billing_entity_id: made.entity.id, line_items: [{ description: 'Set-up', quantity: '2', unit_price: '12.50', amount: 25 }], purchase_order_number: name() },
  }),
  bulkFinalizeInvoices: async ({ newInvoice }) => ({ body: { invoice_ids: [(await newInvoice('draft')).id] } }),
  bulkVoidInvoices: async ({ newInvoice }) => ({ body: { invoice_ids: [(await newInvoice('finalized')).id] } }),
  getInvoice: ({ made }) => ({ params: { invoice_id: made.invoice.id } }),
  updateInvoice: async ({ newInvoice, now }) => ({ params: { invoice_id: (await newInvoice('draft')).id }, body: { due_date: now } }),
  deleteInvoice: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('draft')).id } }),
  finalizeInvoice: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('draft')).id } }),
  voidInvoice: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('finalized')).id } }),
  explainInvoice: ({ made }) => ({ params: { invoice_id: made.invoice.id } }),
  previewInvoicePdf: ({ made }) => ({ params: { invoice_id: made.invoice.id } }),
  downloadInvoicePdf: ({ made }) => ({ params: { invoice_id: made.invoice.id } }),
  listInvoiceSettlements: ({ made }) => ({ params: { invoice_id: made.invoice.id } }),
  listFees: ({ made }) => ({
    query: { invoice_id: made.invoice.id, customer_id: made.invoice.customer_id, subscription_id: made.invoice.subscription_id },
  }),
  listFeeEvents: ({ made }) => ({ params: { fee_id: made.usageFee.id } }),
  getFee: ({ made }) => ({ params: { fee_id: made.invoice.fees[0].id } }),
  updateFee: async ({ newInvoice, name }) => ({ params: { fee_id: (await newInvoice('draft')).fees[0].id }, body: { description: name() } }),
};

const payments: Record<string, Fixture> = {
  listPayments: ({ made }) => ({ query: { invoice_id: made.payment.invoice_id, customer_id: made.payment.customer_id } }),
  getPayment: ({ made }) => ({ params: { payment_id: made.payment.id } }),
  recordPayment: async ({ newInvoice }) => ({ body: { invoice_id: (await newInvoice('finalized')).id, amount: 100, currency: 'USD', reference: 'r' } }),
  markInvoicePaid: async ({ newInvoice }) => ({ params: { invoice_id: (await newInvoice('finalized')).id } }),
};

const newHold = async (world: World) => {
  const { id } = await world.newWallet();
  return world.must('POST', `/v1/wallets/${id}/holds`, { amount_cents: 40 });
};

const wallets: Record<string, Fixture> = {
  listWallets: ({ made }) => ({ query: { customer_id: made.wallet.customer_id, status: 'active' } }),
  createWallet: async ({ made, newCustomer, name }) => ({
    body: {
      customer_id: (await newCustomer()).id, name: name(), code: name(), rate_amount: '0.5', initial_granted_credits: 10, priority: 2,
      applies_to: { plan_codes: [made.plan.code], fee_types: ['charge'], billable_metric_codes: [made.metric.code] },
    },
  }),
  getWallet: ({ made }) => ({ params: { wallet_id: made.wallet.id } }),
  updateWallet: async ({ newWallet, name }) => ({ params: { wallet_id: (await newWallet()).id }, body: { name: name(), priority: 3 } }),
  terminateWallet: async ({ newWallet }) => ({ params: { wallet_id: (await newWallet()).id } }),
  topUpWallet: async ({ newWallet }) => ({ params: { wallet_id: (await newWallet()).id }, body: { credits: '10', type: 'purchased' } }),
  transferWalletCredits: async ({ newWallet }) => {
    const source = await newWallet();
    const target = await newWallet({ customer_id: source.customer_id, rate_amount: '2' });
    return { body: { source_wallet_id: source.id, target_wallet_id: target.id, credits: '4' } };
  },
  listWalletTransactions: ({ made }) => ({ params: { wallet_id: made.wallet.id } }),
  listWalletCredits: ({ made }) => ({ params: { wallet_id: made.wallet.id } }),
  listWalletConsumptions: async ({ made, must }) => {
    const [{ credit_id, invoice_id, transaction_id }] = await must('GET', `/v1/wallets/${made.wallet.id}/consumptions`);
    return { params: { wallet_id: made.wallet.id }, query: { credit_id, invoice_id, transaction_id } };
  },
  getWalletBalanceTimeline: ({ made }) => ({ params: { wallet_id: made.wallet.id } }),
  getWalletDepletionForecast: ({ made }) => ({ params: { wallet_id: made.wallet.id }, query: { days: '7' } }),
  listWalletHolds: async (world) => {
    const { wallet_id: id } = await newHold(world);
    await world.must('POST', `/v1/wallets/${id}/holds`, { amount_cents: 10 });
    return { params: { wallet_id: id } };
  },
  createWalletHold: async ({ newWallet, name }) => ({ params: { wallet_id: (await newWallet()).id }, body: { amount_cents: 30, reference: name() } }),
  captureWalletHold: async (world) => {
    const { id, wallet_id: wallet } = await newHold(world);
    return { params: { wallet_id: wallet, hold_id: id }, body: { amount_cents: 15 } };
  },
  releaseWalletHold: async (world) => {
    const { id, wallet_id: wallet } = await newHold(world);
    return { params: { wallet_id: wallet, hold_id: id } };
  },
};

const ledger: Record<string, Fixture> = {
  listLedgerEntries: ({ made }) => ({ query: { customer_id: made.payment.customer_id, document_id: made.payment.invoice_id, account: 'receivable' } }),
  listLedgerBalances: ({ made }) => ({ query: { customer_id: made.payment.customer_id } }),
  getRevenueRecognition: ({ now }) => ({ query: { from: now.slice(0, 7), to: now.slice(0, 10) } }),
};

const fixtures: Readonly<Record<string, Fixture>> = {
  ...usageLimits, ...organizations, ...clock, ...audit, ...webhooks, ...metrics, ...catalog, ...priceFixtures, ...entitlementFixtures, ...customers, ...subscriptions, ...discounts, ...metering, ...invoicing, ...invoiceFixtures, ...creditNoteFixtures, ...payments, ...wallets, ...ledger,
};

/** The fixture of an operation. Throws for one that has none: whoever adds an operation says here how it is called. */
export function fixtureOf(id: string): Fixture {
  const fixture = fixtures[id];
  if (fixture === undefined) throw new Error(`The operation ${id} has no entry in contract/fixtures.ts: add a good call of it.`);
  return fixture;
}

/** Ids of the table that no operation has. */
export function fixtureIds(): string[] {
  return Object.keys(fixtures);
}
