// Generated from server/openapi.json by "npm run goldens"; do not edit.
import type { CallOptions, Endpoint, List } from './call.ts';

export type AddOnApplicationCounts = Readonly<Record<string, number>>;

export interface AddOnCreate {
  readonly code: string;
  readonly name: string;
  readonly description?: string | null;
  /** What one costs, in minor units. */
  readonly amount_cents: number;
  /** ISO 4217 currency code */
  readonly amount_currency?: string;
  /** What invoices call it; its name unless given. */
  readonly invoice_display_name?: string | null;
}

export interface AddOnResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly amount_currency: string;
  readonly invoice_display_name: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AddOnUpdate {
  readonly name?: string;
  readonly description?: string | null;
  /** What one costs, in minor units. */
  readonly amount_cents?: number;
  /** ISO 4217 currency code */
  readonly amount_currency?: string;
  /** What invoices call it; its name unless given. */
  readonly invoice_display_name?: string | null;
}

export interface AmendedEvent {
  readonly id: string;
  readonly public_id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What was known when it came in; an unmatched event counts as soon as something covers its timestamp. */
  readonly status: 'ingested' | 'unmatched';
  readonly reason: string | null;
  /** Canceled, or replaced by another event: it counts nowhere. */
  readonly amended: boolean;
  readonly created_at: string;
  /** What took its place. */
  readonly amended_by: AmendmentResponse | null;
  /** What it came to take the place of. */
  readonly amends: AmendmentResponse | null;
  /** The event that counts in its place. */
  readonly replacement: EventResponse | null;
}

export interface AmendmentCreate {
  /** replace: another event counts in its place. cancel: it counts no more. */
  readonly kind: 'replace' | 'cancel';
  /** Of replace, and needed there. */
  readonly event?: EventPatch;
  /** Kept in the trail. */
  readonly reason?: string | null;
}

export interface AmendmentResponse {
  readonly id: string;
  readonly public_id: string;
  /** The event that counts no more. */
  readonly event_id: string;
  readonly kind: 'replace' | 'cancel';
  /** The event that counts in its place. */
  readonly replacement_id: string | null;
  /** The first event of the chain. */
  readonly root_id: string;
  /** The place in the chain, from 1. */
  readonly number: number;
  readonly reason: string | null;
  readonly created_at: string;
}

export interface AmendmentResult {
  readonly id: string;
  readonly public_id: string;
  /** The event that counts no more. */
  readonly event_id: string;
  readonly kind: 'replace' | 'cancel';
  /** The event that counts in its place. */
  readonly replacement_id: string | null;
  /** The first event of the chain. */
  readonly root_id: string;
  /** The place in the chain, from 1. */
  readonly number: number;
  readonly reason: string | null;
  readonly created_at: string;
  readonly event: EventResponse;
  readonly replacement: EventResponse | null;
}

export interface ApiKeyCreate {
  readonly name?: string | null;
  /** Default: that of the calling key. */
  readonly environment?: 'live' | 'sandbox';
  /** Default ["*"]. write includes read. */
  readonly scopes?: readonly string[];
  readonly expires_at?: string | null;
}

export interface ApiKeyCreateResponse {
  readonly id: string;
  readonly public_id: string;
  readonly key_prefix: string;
  readonly name: string | null;
  readonly environment: 'live' | 'sandbox';
  readonly scopes: readonly string[];
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly status: 'active' | 'revoked';
  readonly created_at: string;
  readonly organization_id: string;
  readonly updated_at: string;
  /** Shown once. */
  readonly raw_key: string;
}

export interface ApiKeyListResponse {
  readonly id: string;
  readonly public_id: string;
  readonly key_prefix: string;
  readonly name: string | null;
  readonly environment: 'live' | 'sandbox';
  readonly scopes: readonly string[];
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly status: 'active' | 'revoked';
  readonly created_at: string;
}

export interface AppliedAddOnDetailResponse {
  readonly id: string;
  readonly public_id: string;
  readonly add_on_id: string;
  readonly customer_id: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly amount_currency: string;
  readonly billing: 'now' | 'next_invoice';
  /** The invoice that bills it; null while it waits for one. */
  readonly invoice_id: string | null;
  readonly created_at: string;
  readonly add_on_code: string;
  readonly add_on_name: string;
  readonly customer_name: string;
}

export interface AppliedAddOnResponse {
  readonly id: string;
  readonly public_id: string;
  readonly add_on_id: string;
  readonly customer_id: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly amount_currency: string;
  readonly billing: 'now' | 'next_invoice';
  /** The invoice that bills it; null while it waits for one. */
  readonly invoice_id: string | null;
  readonly created_at: string;
}

export interface AppliedCouponResponse {
  readonly id: string;
  readonly public_id: string;
  readonly coupon_id: string;
  readonly coupon_code: string;
  readonly coupon_name: string;
  readonly customer_id: string;
  readonly coupon_type: 'fixed_amount' | 'percentage';
  readonly amount_cents: number | null;
  readonly amount_currency: string | null;
  readonly percentage_rate: string | number | null;
  readonly frequency: 'once' | 'recurring' | 'forever';
  readonly frequency_duration: number | null;
  /** Invoices that may still take it; null where it is not recurring. */
  readonly frequency_duration_remaining: number | null;
  readonly applies_to: CouponAppliesTo;
  readonly status: 'active' | 'terminated';
  /** When it was used up or removed. */
  readonly terminated_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AppliedTaxResponse {
  readonly id: string;
  readonly public_id: string;
  readonly tax_id: string;
  readonly taxable_type: 'charge' | 'fixed_charge' | 'add_on' | 'commitment' | 'plan' | 'customer' | 'billing_entity' | 'organization' | 'fee';
  readonly taxable_id: string;
  /** Decimal; as a string it keeps every digit */
  readonly tax_rate: string | number;
  /** What it came to, on a fee; else 0. */
  readonly tax_amount_cents: number;
  readonly tax_name: string;
  readonly tax_code: string;
  readonly created_at: string;
}

export interface ApplyAddOnRequest {
  /** A code, id or prefixed id. */
  readonly add_on_code: string;
  /** An id, prefixed id or external_id. */
  readonly customer_id: string;
  /** In place of the add-on’s own price. */
  readonly amount_cents?: number;
  /** Of amount_cents; the add-on’s unless given. The customer must be billed in it. */
  readonly amount_currency?: string;
  /** now (the default): on an invoice of its own, at once. next_invoice: a line on the next invoice of one of the customer’s subscriptions. */
  readonly billing?: 'now' | 'next_invoice';
}

/** An amount or percentage that is given holds for this customer instead of the coupon’s. */
export interface ApplyCouponRequest {
  readonly coupon_code: string;
  /** An id, prefixed id or external_id. */
  readonly customer_id: string;
  readonly amount_cents?: number | null;
  /** The customer’s; with amount_cents it may be another one than the coupon’s. */
  readonly amount_currency?: string | null;
  readonly percentage_rate?: string | number | null;
}

export interface ApplyTaxRequest {
  /** A code, id or prefixed id. */
  readonly tax_code: string;
  readonly taxable_type: 'charge' | 'fixed_charge' | 'add_on' | 'commitment' | 'plan' | 'customer' | 'billing_entity' | 'organization';
  /** A UUID or a prefixed id. */
  readonly taxable_id: string;
}

export interface AuditLogResponse {
  readonly id: string;
  readonly public_id: string;
  readonly organization_id: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly action: 'created' | 'updated' | 'deleted' | 'status_changed';
  /** What differs, as {field: {old, new}}; for what was created or deleted, the resource as it was then. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly actor_type: 'api_key' | 'admin' | 'system';
  readonly actor_id: string | null;
  readonly metadata_: {
    readonly event_type: string;
    readonly request_id: string | null;
  };
  readonly created_at: string;
}

export interface BackfillBatchResponse {
  /** Brought in by this call. */
  readonly staged: number;
  readonly duplicates: number;
  /** One for each event, in the order sent. */
  readonly results: readonly EventResult[];
}

export interface BackfillCreate {
  /** The first instant events may be dated at. */
  readonly from_timestamp: string;
  /** Not included; at most 31 days after from_timestamp. */
  readonly to_timestamp: string;
  readonly note?: string | null;
}

export interface BackfillEventResponse {
  readonly id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
}

export interface BackfillResponse {
  readonly id: string;
  readonly public_id: string;
  readonly status: 'open' | 'closed' | 'reverted';
  readonly from_timestamp: string;
  readonly to_timestamp: string;
  readonly note: string | null;
  /** Events brought in. */
  readonly events_count: number;
  /** Of these, those that count since it was closed. */
  readonly stored_count: number | null;
  /** Those that were stored before with the same content. */
  readonly duplicates_count: number | null;
  /** Those whose transaction id was used for other content; they stay listed. */
  readonly conflicts_count: number | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly reverted_at: string | null;
}

export interface BalanceTimelinePoint {
  /** A local day of the customer. */
  readonly date: string;
  /** Credits. */
  readonly inbound: string | number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly outbound: string | number;
  /** At the end of the day, held credits included. */
  readonly balance: string | number;
  /** Integer of the currency's minor unit */
  readonly inbound_cents: number;
  /** Integer of the currency's minor unit */
  readonly outbound_cents: number;
  /** Integer of the currency's minor unit */
  readonly balance_cents: number;
}

export interface BalanceTimelineResponse {
  readonly wallet_id: string;
  /** Days on which something moved, oldest first. */
  readonly points: readonly BalanceTimelinePoint[];
}

export interface BillableMetricCreate {
  readonly code: string;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
  readonly name: string;
  readonly description?: string | null;
  /** The event property that is aggregated; for every aggregation but count and custom. */
  readonly field_name?: string | null;
  /** A period starts from where the one before it ended; with every aggregation but custom. */
  readonly recurring?: boolean;
  readonly rounding_function?: 'round' | 'ceil' | 'floor' | null;
  /** Decimal places, 0 unless given; negative rounds to tens, hundreds and so on. Needs a rounding_function. */
  readonly rounding_precision?: number | null;
  /** For the aggregation custom: + - * / ( ), round, ceil, floor, comparisons and a ? b : c over the properties of an event. */
  readonly expression?: string | null;
}

export interface BillableMetricFilterCreate {
  /** The event property. */
  readonly key: string;
  /** The values that charge filters may name; empty allows any. */
  readonly values?: readonly (string | number | boolean)[];
}

export interface BillableMetricFilterResponse {
  readonly id: string;
  readonly public_id: string;
  readonly billable_metric_id: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
}

/** Billable metric id -> plans with a charge on it. */
export type BillableMetricPlanCounts = Readonly<Record<string, number>>;

export interface BillableMetricResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
  readonly field_name: string | null;
  readonly recurring: boolean;
  readonly rounding_function: 'round' | 'ceil' | 'floor' | null;
  readonly rounding_precision: number | null;
  readonly expression: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface BillableMetricStats {
  readonly total: number;
  readonly by_aggregation_type: {
    readonly count: number;
    readonly sum: number;
    readonly max: number;
    readonly unique_count: number;
    readonly weighted_sum: number;
    readonly latest: number;
    readonly custom: number;
  };
}

export interface BillableMetricUpdate {
  readonly name?: string;
  readonly description?: string | null;
  /** The event property that is aggregated; for every aggregation but count and custom. */
  readonly field_name?: string | null;
  /** A period starts from where the one before it ended; with every aggregation but custom. */
  readonly recurring?: boolean;
  readonly rounding_function?: 'round' | 'ceil' | 'floor' | null;
  /** Decimal places, 0 unless given; negative rounds to tens, hundreds and so on. Needs a rounding_function. */
  readonly rounding_precision?: number | null;
  /** For the aggregation custom: + - * / ( ), round, ceil, floor, comparisons and a ? b : c over the properties of an event. */
  readonly expression?: string | null;
}

export interface BillableMetricUsage {
  readonly code: string;
  readonly name: string;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
}

export interface BillingEntityCreate {
  readonly code: string;
  readonly name: string;
  readonly legal_name?: string | null;
  readonly address_line1?: string | null;
  readonly address_line2?: string | null;
  readonly city?: string | null;
  readonly state?: string | null;
  readonly country?: string | null;
  readonly zip_code?: string | null;
  readonly tax_id?: string | null;
  readonly email?: string | null;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly timezone?: string | null;
  readonly document_locale?: string;
  readonly invoice_prefix?: string | null;
  readonly next_invoice_number?: number;
  readonly invoice_grace_period?: number;
  readonly net_payment_term?: number;
  readonly invoice_footer?: string | null;
  readonly is_default?: boolean;
}

/** Billing entity id -> customers. */
export type BillingEntityCustomerCounts = Readonly<Record<string, number>>;

export interface BillingEntityResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly legal_name: string | null;
  readonly address_line1: string | null;
  readonly address_line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly zip_code: string | null;
  readonly tax_id: string | null;
  readonly email: string | null;
  readonly currency: string;
  /** Its own, else the organization’s. */
  readonly timezone: string;
  readonly document_locale: string;
  readonly invoice_prefix: string | null;
  readonly next_invoice_number: number;
  readonly invoice_grace_period: number;
  readonly net_payment_term: number;
  readonly invoice_footer: string | null;
  readonly is_default: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface BillingEntityUpdate {
  readonly name?: string;
  readonly legal_name?: string | null;
  readonly address_line1?: string | null;
  readonly address_line2?: string | null;
  readonly city?: string | null;
  readonly state?: string | null;
  readonly country?: string | null;
  readonly zip_code?: string | null;
  readonly tax_id?: string | null;
  readonly email?: string | null;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly timezone?: string | null;
  readonly document_locale?: string;
  readonly invoice_prefix?: string | null;
  readonly next_invoice_number?: number;
  readonly invoice_grace_period?: number;
  readonly net_payment_term?: number;
  readonly invoice_footer?: string | null;
  readonly is_default?: boolean;
}

export interface BillingProgressResponse {
  readonly as_of: string;
  readonly since: string;
  /** Subscriptions for which something fell due since then, and all of it is done. */
  readonly billed: number;
  /** Those for which something is due that is not done yet, however long. */
  readonly waiting: number;
  /** Those whose due work failed again and again: it waits for somebody to mend the cause. */
  readonly failed: number;
  /** Since when the first of those that wait does. */
  readonly oldest_due_at: string | null;
}

export interface BulkFinalizeRequest {
  readonly invoice_ids: readonly string[];
}

export interface BulkFinalizeResponse {
  readonly results: readonly BulkFinalizeResult[];
  readonly finalized_count: number;
  readonly failed_count: number;
}

export interface BulkFinalizeResult {
  readonly invoice_id: string;
  readonly success: boolean;
  readonly code: string | null;
  readonly error: string | null;
}

export interface BulkSubscriptionRequest {
  /** Ids, prefixed forms sub_…, or external_ids. */
  readonly subscription_ids: readonly string[];
}

export interface BulkSubscriptionResponse {
  readonly results: readonly BulkSubscriptionResult[];
  readonly succeeded_count: number;
  readonly failed_count: number;
}

export interface BulkSubscriptionResult {
  /** As it was given. */
  readonly subscription_id: string;
  readonly success: boolean;
  /** Why not, as the single operation says it. */
  readonly code: string | null;
  readonly error: string | null;
}

export interface BulkTerminateRequest {
  /** Ids, prefixed forms sub_…, or external_ids. */
  readonly subscription_ids: readonly string[];
  /** Default: the one stored on the subscription. */
  readonly on_termination_action?: 'generate_invoice' | 'generate_credit_note' | 'skip';
}

export interface BulkVoidRequest {
  readonly invoice_ids: readonly string[];
}

export interface BulkVoidResponse {
  readonly results: readonly BulkVoidResult[];
  readonly voided_count: number;
  readonly failed_count: number;
}

export interface BulkVoidResult {
  readonly invoice_id: string;
  readonly success: boolean;
  readonly code: string | null;
  readonly error: string | null;
}

export interface ChangePlanPreviewRequest {
  /** An id, its prefixed form plan_…, or the plan’s code. */
  readonly new_plan_id: string;
  /** When it would be asked for: now or later in the open period. Default: now. */
  readonly effective_date?: string;
  /** When the plan changes. Default: now to the same or a higher price a year, else at the end of the period. */
  readonly timing?: 'now' | 'period_end';
  /** How the running period is settled where the plan changes now. day: each plan its days. none: it stays the old plan’s. full_price: the new price for all of it, a lower one instead of what was paid. difference: what the new price is above the old one. Default: day. */
  readonly proration?: 'day' | 'none' | 'full_price' | 'difference';
  readonly overrides?: PlanOverridesInput | null;
}

export interface ChangePlanPreviewResponse {
  readonly current_plan: PlanSummary;
  readonly new_plan: PlanSummary;
  readonly currency: string;
  readonly change_type: 'upgrade' | 'downgrade';
  readonly timing: 'now' | 'period_end';
  /** When the plan would change. */
  readonly effective_date: string;
  readonly proration: ProrationDetail;
  /** What would be invoiced with the change, usage so far included; null: nothing. */
  readonly invoice: InvoicePreviewResponse | null;
}

export interface ChargeFilterInput {
  /** A UUID, or its prefixed form bmf_… */
  readonly billable_metric_filter_id?: string;
  /** Any one of them; empty means any value. */
  readonly values?: readonly string[];
  /** All of them, in place of the single condition of billable_metric_filter_id and values. */
  readonly conditions?: readonly {
    /** A UUID, or its prefixed form bmf_… */
    readonly billable_metric_filter_id: string;
    readonly values?: readonly string[];
  }[];
  /** What differs from the charge’s own properties, key by key. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly invoice_display_name?: string | null;
}

export interface ChargeFilterOutput {
  readonly id: string;
  readonly conditions: readonly {
    readonly billable_metric_filter_id: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly invoice_display_name: string | null;
}

export interface ChargeInput {
  /** Of a charge to keep, when a plan is updated. */
  readonly id?: string;
  /** Unique in the plan; the metric’s code unless given. An update keeps the charge that has it. */
  readonly code?: string;
  /** A UUID, or its prefixed form bm_… */
  readonly billable_metric_id: string;
  readonly charge_model: 'standard' | 'graduated' | 'volume' | 'package' | 'percentage' | 'graduated_percentage' | 'custom' | 'dynamic';
  /** By charge model. Prices are decimals in major units; pricing_group_keys fits every model. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly filters?: readonly ChargeFilterInput[];
  readonly pay_in_advance?: boolean;
  /** False: usage is rated and shown, but no invoice carries it. */
  readonly invoiceable?: boolean;
  /** Units weigh the days they were there; for recurring metrics that count, sum or count unique values. */
  readonly prorated?: boolean;
  /** Integer of the currency’s minor unit */
  readonly min_amount_cents?: number;
  readonly invoice_display_name?: string | null;
}

export interface ChargeOutput {
  readonly id: string;
  readonly public_id: string;
  readonly plan_id: string;
  readonly code: string;
  readonly billable_metric_id: string;
  readonly charge_model: 'standard' | 'graduated' | 'volume' | 'package' | 'percentage' | 'graduated_percentage' | 'custom' | 'dynamic';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly filters: readonly ChargeFilterOutput[];
  readonly pay_in_advance: boolean;
  readonly invoiceable: boolean;
  readonly prorated: boolean;
  /** Integer of the currency's minor unit */
  readonly min_amount_cents: number;
  readonly invoice_display_name: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ChargeSimulationResult {
  readonly charge_id: string;
  readonly charge_code: string;
  readonly billable_metric_id: string;
  readonly charge_model: 'standard' | 'graduated' | 'volume' | 'package' | 'percentage' | 'graduated_percentage' | 'custom' | 'dynamic';
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** What is missing to the charge’s least amount. */
  readonly true_up_amount_cents: number;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Sums to precise_amount_cents. */
  readonly breakdown: readonly SimulationStep[];
}

export interface ChargeUsage {
  readonly charge_id: string;
  readonly charge_code: string;
  readonly charge_filter_id: string | null;
  readonly billable_metric: BillableMetricUsage;
  readonly charge_model: string;
  /** What an invoice calls the line. */
  readonly description: string;
  /** Property -> values, separated by commas, * for any; empty for what matched no filter. */
  readonly filters: Readonly<Record<string, string>>;
  readonly grouped_by: Readonly<Record<string, string | null>> | null;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
  /** Minor units before rounding, as a decimal */
  readonly unit_amount_cents: string;
  readonly events_count: number;
}

/** CloudEvents 1.0 in structured mode. Its transaction_id is the source, a space and the id; further attributes are ignored. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  /** The code of the billable metric. */
  readonly type: string;
  /** The external_customer_id. */
  readonly subject: string;
  /** RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds. */
  readonly time?: string | number;
  /** Extension: the external_subscription_id. */
  readonly subscription?: string;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly [key: string]: unknown;
}

export interface CommitmentCreateAPI {
  readonly commitment_type?: 'minimum_commitment';
  /** What a full period of the plan costs at least, in minor units of its currency. */
  readonly amount_cents: number;
  readonly invoice_display_name?: string | null;
}

export interface CommitmentResponse {
  readonly id: string;
  readonly public_id: string;
  readonly plan_id: string;
  readonly commitment_type: 'minimum_commitment';
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly invoice_display_name: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CommitmentUpdate {
  readonly commitment_type?: 'minimum_commitment';
  /** What a full period of the plan costs at least, in minor units of its currency. */
  readonly amount_cents?: number;
  readonly invoice_display_name?: string | null;
}

export interface CouponAnalyticsResponse {
  readonly times_applied: number;
  readonly active_applications: number;
  readonly terminated_applications: number;
  /** Of the total: the coupon’s, else the organization’s. */
  readonly currency: string;
  /** What invoices in this currency took, less what they gave back. */
  readonly total_discount_cents: number;
  /** The same in each currency. */
  readonly discounts: readonly {
    readonly currency: string;
    /** Integer of the currency's minor unit */
    readonly amount_cents: number;
  }[];
  /** Invoices that may still take it, over all active applications; null without a limit. */
  readonly remaining_uses: number | null;
}

export interface CouponAppliesTo {
  readonly plan_codes: readonly string[];
  readonly fee_types: readonly ('charge' | 'subscription' | 'fixed_charge' | 'add_on' | 'commitment')[];
  readonly billable_metric_codes: readonly string[];
}

/** The fees it takes from: those for which each list that is not empty holds; all of them by default. */
export interface CouponAppliesToInput {
  /** Fees of subscriptions to these plans. */
  readonly plan_codes?: readonly string[];
  readonly fee_types?: readonly ('charge' | 'subscription' | 'fixed_charge' | 'add_on' | 'commitment')[];
  /** Fees for usage of these metrics. */
  readonly billable_metric_codes?: readonly string[];
}

export interface CouponCreate {
  readonly code: string;
  readonly name: string;
  readonly description?: string | null;
  readonly coupon_type: 'fixed_amount' | 'percentage';
  readonly amount_cents?: number | null;
  readonly amount_currency?: string | null;
  /** Percent, 0 to 100. */
  readonly percentage_rate?: string | number | null;
  readonly frequency: 'once' | 'recurring' | 'forever';
  /** How many invoices, where it is recurring. */
  readonly frequency_duration?: number | null;
  /** False: once per customer for ever. Default true. */
  readonly reusable?: boolean;
  readonly expiration?: 'no_expiration' | 'time_limit';
  /** From then on it is not given any more; who has it keeps it. */
  readonly expiration_at?: string | null;
  readonly applies_to?: CouponAppliesToInput;
}

export interface CouponPreview {
  readonly coupon_code: string;
  readonly coupon_name: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

export interface CouponResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly coupon_type: 'fixed_amount' | 'percentage';
  readonly amount_cents: number | null;
  readonly amount_currency: string | null;
  readonly percentage_rate: string | number | null;
  readonly frequency: 'once' | 'recurring' | 'forever';
  readonly frequency_duration: number | null;
  readonly reusable: boolean;
  readonly expiration: 'no_expiration' | 'time_limit';
  readonly expiration_at: string | null;
  readonly applies_to: CouponAppliesTo;
  readonly status: 'active' | 'terminated';
  readonly terminated_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CouponUpdate {
  readonly name?: string;
  readonly description?: string | null;
  readonly expiration?: 'no_expiration' | 'time_limit';
  readonly expiration_at?: string | null;
  /** terminated ends it, for good. */
  readonly status?: 'active' | 'terminated';
}

export interface CreditNoteCreate {
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id: string;
  readonly credit_note_type: 'credit' | 'refund' | 'offset';
  /** So much of each fee, before coupons and without tax; everything else is computed. */
  readonly items: readonly CreditNoteItemCreate[];
  /** Of a refund: how much is paid back, the rest is credit. Default: as much as money arrived for. */
  readonly refund_amount_cents?: number;
  readonly reason: 'duplicated_charge' | 'product_unsatisfactory' | 'order_change' | 'order_cancellation' | 'fraudulent_charge' | 'other';
  readonly description?: string | null;
  /** A number of your own. Default: the next one of the billing entity, when the note is finalized. */
  readonly number?: string;
  /** Default: the invoice’s. Another one is refused. */
  readonly customer_id?: string;
  /** Default: the invoice’s. Another one is refused. */
  readonly currency?: string;
}

export interface CreditNoteEstimate {
  readonly currency: string;
  /** What coupons had paid of the items. */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly taxes_amount_cents: number;
  /** items − coupons + taxes = offset + credit + refund. */
  readonly total_amount_cents: number;
  /** What lowers the amount due on its own invoice. */
  readonly offset_amount_cents: number;
  /** What becomes credit for invoices to come. */
  readonly credit_amount_cents: number;
  /** What is paid back. */
  readonly refund_amount_cents: number;
  readonly items: readonly CreditNoteItem[];
  /** One for each tax of the items. */
  readonly taxes: readonly CreditNoteTax[];
  /** Money that arrived for the invoice, less what notes gave back of it. */
  readonly max_refundable_amount_cents: number;
  /** What is left of each fee of the invoice to be credited. */
  readonly max_amounts: readonly {
    readonly fee_id: string;
    /** Integer of the currency's minor unit */
    readonly amount_cents: number;
  }[];
}

export interface CreditNoteEstimateRequest {
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id: string;
  readonly credit_note_type?: 'credit' | 'refund' | 'offset';
  /** So much of each fee, before coupons and without tax; everything else is computed. */
  readonly items: readonly CreditNoteItemCreate[];
  /** Of a refund: how much is paid back, the rest is credit. Default: as much as money arrived for. */
  readonly refund_amount_cents?: number;
}

export interface CreditNoteItem {
  readonly fee_id: string;
  /** Of the fee, before coupons and without tax. */
  readonly amount_cents: number;
  /** What coupons had paid of it, which is not given back. */
  readonly coupons_amount_cents: number;
  /** Its part of the taxes of the note. */
  readonly taxes_amount_cents: number;
}

export interface CreditNoteItemCreate {
  /** A UUID, or its prefixed form fee_… */
  readonly fee_id: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

export interface CreditNoteResponse {
  readonly id: string;
  readonly public_id: string;
  /** Given when it is finalized; a draft has none but one of its own. */
  readonly number: string | null;
  readonly invoice_id: string;
  readonly customer_id: string;
  readonly credit_note_type: 'credit' | 'refund' | 'offset';
  readonly status: 'draft' | 'finalized';
  /** Null for a draft, and where all of it is paid back. */
  readonly credit_status: 'available' | 'consumed' | 'voided' | null;
  readonly refund_status: 'pending' | 'succeeded' | 'failed' | null;
  readonly reason: 'duplicated_charge' | 'product_unsatisfactory' | 'order_change' | 'order_cancellation' | 'fraudulent_charge' | 'other';
  readonly description: string | null;
  readonly currency: string;
  /** What coupons had paid of the items. */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly taxes_amount_cents: number;
  /** items − coupons + taxes = offset + credit + refund. */
  readonly total_amount_cents: number;
  /** What lowers the amount due on its own invoice. */
  readonly offset_amount_cents: number;
  /** What becomes credit for invoices to come. */
  readonly credit_amount_cents: number;
  /** What is paid back. */
  readonly refund_amount_cents: number;
  readonly items: readonly CreditNoteItem[];
  /** One for each tax of the items. */
  readonly taxes: readonly CreditNoteTax[];
  /** What is left of the credit. */
  readonly balance_amount_cents: number;
  /** What was left of it when it was voided. */
  readonly voided_amount_cents: number;
  readonly issued_at: string | null;
  readonly voided_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CreditNoteTax {
  readonly tax_id: string | null;
  readonly tax_code: string;
  readonly tax_name: string;
  /** Decimal; as a string it keeps every digit */
  readonly tax_rate: string | number;
  readonly tax_category: string;
  readonly jurisdiction: string;
  /** Items less coupons; of a compound tax with the taxes before it. */
  readonly base_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

/** A draft may change; of a finalized note only what became of its refund. Amounts are computed from items. */
export interface CreditNoteUpdate {
  readonly reason?: 'duplicated_charge' | 'product_unsatisfactory' | 'order_change' | 'order_cancellation' | 'fraudulent_charge' | 'other';
  readonly description?: string | null;
  /** So much of each fee, before coupons and without tax; everything else is computed. */
  readonly items?: readonly CreditNoteItemCreate[];
  readonly refund_amount_cents?: number | null;
  /** What became of the money that is paid back, once the note is finalized. */
  readonly refund_status?: 'pending' | 'succeeded' | 'failed';
}

/** A name or an e-mail address is needed; the name defaults to the part before the @. */
export interface CustomerCreate {
  readonly external_id?: string | null;
  readonly mode?: 'PREPAID' | 'POSTPAID';
  readonly name?: string;
  readonly email?: string | null;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly timezone?: string | null;
  readonly billing_metadata?: Readonly<Record<string, unknown>>;
  readonly invoice_grace_period?: number | null;
  readonly net_payment_term?: number | null;
  /** A UUID, or its prefixed form ent_… */
  readonly billing_entity_id?: string;
  readonly tax_id?: string | null;
  readonly vat_id?: string | null;
  readonly address_street?: string | null;
  readonly address_line2?: string | null;
  readonly address_city?: string | null;
  readonly address_state?: string | null;
  readonly address_zip?: string | null;
  readonly address_country?: string | null;
  readonly tags?: readonly string[];
  readonly billing_model?: 'prepaid' | 'postpaid' | 'hybrid';
  readonly customer_type?: 'BUSINESS' | 'CONSUMER' | 'UNKNOWN';
  readonly locale?: string | null;
  readonly einvoice_email?: string | null;
  readonly peppol_id?: string | null;
  readonly prefer_einvoice?: boolean;
  readonly preferred_provider?: string | null;
  readonly disabled_providers?: readonly string[];
  readonly default_auto_topup_enabled?: boolean;
  readonly default_auto_topup_amount?: number | null;
  readonly default_credit_limit?: number | null;
  readonly default_low_balance_threshold?: number | null;
  readonly default_max_balance?: number | null;
  readonly default_max_single_credit?: number | null;
  /** No tax is charged, whatever applies; the invoices say why. */
  readonly tax_exempt?: boolean;
  /** Of UNCL5305; E unless given. */
  readonly tax_exemption_category?: 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | null;
  readonly tax_exemption_reason?: string | null;
  readonly vat_validation_disabled?: boolean;
  readonly vat_validation_disabled_reason?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** ISO 4217 currency code */
  readonly preferred_currency?: string;
  readonly payment_terms_days?: number | null;
  readonly vat_number?: string | null;
  readonly billing_address?: {
    readonly street?: string | null;
    readonly line2?: string | null;
    readonly city?: string | null;
    readonly state?: string | null;
    readonly zip?: string | null;
    readonly country?: string | null;
  };
}

export interface CustomerCurrentUsage {
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly from_datetime: string;
  /** Not included. */
  readonly to_datetime: string;
  /** The sum of the lines. */
  readonly amount_cents: number;
  readonly currency: string;
  readonly charges: readonly ChargeUsage[];
}

export interface CustomerHealthResponse {
  readonly status: 'good' | 'warning' | 'critical';
  readonly total_invoices: number;
  readonly paid_invoices: number;
  readonly overdue_invoices: number;
  readonly total_payments: number;
  readonly failed_payments: number;
  /** Minor units of the customer’s currency. */
  readonly overdue_amount: number;
}

export interface CustomerIntegrationMappingResponse {
  readonly id: string;
  readonly integration_id: string;
  readonly integration_name: string;
  readonly integration_provider: string;
  /** What the other system calls the customer. */
  readonly external_customer_id: string;
  readonly settings: Readonly<Record<string, unknown>> | null;
  readonly created_at: string;
}

export interface CustomerProjectedUsage {
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly from_datetime: string;
  /** Not included. */
  readonly to_datetime: string;
  /** The sum of the lines. */
  readonly amount_cents: number;
  readonly currency: string;
  /** Integer of the currency's minor unit */
  readonly current_amount_cents: number;
  readonly charges: readonly ProjectedChargeUsage[];
}

export interface CustomerResponse {
  readonly id: string;
  readonly public_id: string;
  readonly environment: 'live' | 'sandbox';
  readonly organization_id: string;
  readonly org_id: string;
  readonly external_id: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly currency: string;
  readonly preferred_currency: string;
  /** Its own, else the billing entity’s, else the organization’s. */
  readonly timezone: string;
  readonly billing_metadata: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly invoice_grace_period: number;
  readonly net_payment_term: number;
  readonly payment_terms_days: number;
  readonly billing_entity_id: string;
  readonly tax_id: string | null;
  readonly vat_id: string | null;
  readonly vat_number: string | null;
  readonly address_street: string | null;
  readonly address_line2: string | null;
  readonly address_city: string | null;
  readonly address_state: string | null;
  readonly address_zip: string | null;
  readonly address_country: string | null;
  readonly group_ids: readonly string[];
  readonly tags: readonly string[];
  readonly billing_model: 'prepaid' | 'postpaid' | 'hybrid';
  readonly mode: 'PREPAID' | 'POSTPAID';
  readonly customer_type: 'BUSINESS' | 'CONSUMER' | 'UNKNOWN';
  readonly status: 'active' | 'inactive';
  readonly locale: string | null;
  readonly einvoice_email: string | null;
  readonly peppol_id: string | null;
  readonly prefer_einvoice: boolean;
  readonly preferred_provider: string | null;
  readonly disabled_providers: readonly string[];
  readonly default_auto_topup_enabled: boolean;
  readonly default_auto_topup_amount: number | null;
  readonly default_credit_limit: number | null;
  readonly default_low_balance_threshold: number | null;
  readonly default_max_balance: number | null;
  readonly default_max_single_credit: number | null;
  readonly tax_exempt: boolean;
  readonly tax_exemption_category: 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | null;
  readonly tax_exemption_reason: string | null;
  readonly vat_validation_status: 'UNVALIDATED' | 'PENDING' | 'VALID' | 'INVALID' | 'MANUAL';
  readonly vat_validation_disabled: boolean;
  readonly vat_validation_disabled_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at: string | null;
}

export interface CustomerUpdate {
  readonly external_id?: string | null;
  readonly status?: 'active' | 'inactive';
  readonly name?: string;
  readonly email?: string | null;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly timezone?: string | null;
  readonly billing_metadata?: Readonly<Record<string, unknown>>;
  readonly invoice_grace_period?: number | null;
  readonly net_payment_term?: number | null;
  /** A UUID, or its prefixed form ent_… */
  readonly billing_entity_id?: string;
  readonly tax_id?: string | null;
  readonly vat_id?: string | null;
  readonly address_street?: string | null;
  readonly address_line2?: string | null;
  readonly address_city?: string | null;
  readonly address_state?: string | null;
  readonly address_zip?: string | null;
  readonly address_country?: string | null;
  readonly tags?: readonly string[];
  readonly billing_model?: 'prepaid' | 'postpaid' | 'hybrid';
  readonly customer_type?: 'BUSINESS' | 'CONSUMER' | 'UNKNOWN';
  readonly locale?: string | null;
  readonly einvoice_email?: string | null;
  readonly peppol_id?: string | null;
  readonly prefer_einvoice?: boolean;
  readonly preferred_provider?: string | null;
  readonly disabled_providers?: readonly string[];
  readonly default_auto_topup_enabled?: boolean;
  readonly default_auto_topup_amount?: number | null;
  readonly default_credit_limit?: number | null;
  readonly default_low_balance_threshold?: number | null;
  readonly default_max_balance?: number | null;
  readonly default_max_single_credit?: number | null;
  /** No tax is charged, whatever applies; the invoices say why. */
  readonly tax_exempt?: boolean;
  /** Of UNCL5305; E unless given. */
  readonly tax_exemption_category?: 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | null;
  readonly tax_exemption_reason?: string | null;
  readonly vat_validation_disabled?: boolean;
  readonly vat_validation_disabled_reason?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** ISO 4217 currency code */
  readonly preferred_currency?: string;
  readonly payment_terms_days?: number | null;
  readonly vat_number?: string | null;
  readonly billing_address?: {
    readonly street?: string | null;
    readonly line2?: string | null;
    readonly city?: string | null;
    readonly state?: string | null;
    readonly zip?: string | null;
    readonly country?: string | null;
  };
}

export interface DataRecord {
  readonly customer_external_id: string;
  readonly code: string;
  /** RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds. */
  readonly time_from: string | number;
  /** Default 1. */
  readonly quantity?: string | number;
  /** RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds. */
  readonly time_to?: string | number;
  readonly service_id?: string;
  /** The transaction_id. Without it, a record with the same content is a duplicate. */
  readonly external_id?: string;
}

export interface DataRecordBatch {
  readonly records: readonly DataRecord[];
}

export interface DepletionForecastResponse {
  readonly wallet_id: string;
  /** Integer of the currency's minor unit */
  readonly current_balance_cents: number;
  /** Minor units a day, over the days looked back on. */
  readonly avg_daily_consumption: string;
  readonly projected_depletion_date: string | null;
  readonly days_remaining: number | null;
}

export interface EndpointDeliveryStats {
  readonly endpoint_id: string;
  readonly total: number;
  readonly pending: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Percent of the messages that succeeded or failed, one decimal; 0 before the first. */
  readonly success_rate: number;
}

export interface EntitlementCheckResponse {
  readonly has_access: boolean;
  readonly reason: 'granted' | 'no_running_subscription' | 'not_entitled' | 'turned_off' | 'limit_reached';
  readonly customer_id: string;
  readonly feature_id: string;
  readonly feature_code: string;
  readonly feature_type: 'boolean' | 'quantity' | 'custom';
  readonly value: string | null;
  /** Of a quantity; null: none. */
  readonly limit: string | number | null;
  /** So far in the period, as the metric of the feature measures it. Null where there is no metric or no limit. */
  readonly current_usage: string | number | null;
  readonly remaining: string | number | null;
  /** When the period of the usage ends; null where what is used now stays used. */
  readonly resets_at: string | null;
  readonly source: 'plan' | 'subscription' | null;
  readonly subscription_id: string | null;
  readonly external_subscription_id: string | null;
  readonly plan_id: string | null;
}

/** Plans by id, prefixed id or code. */
export interface EntitlementCopyRequest {
  readonly source_plan_id: string;
  readonly target_plan_id: string;
}

export interface EntitlementCreate {
  /** An id, its prefixed form plan_…, or the code. */
  readonly plan_id: string;
  /** An id, its prefixed form feat_…, or the code. */
  readonly feature_id: string;
  /** By the type of the feature: true or false; a decimal that is not negative, or unlimited; any text. */
  readonly value: string | boolean | string | number;
}

export interface EntitlementResponse {
  readonly id: string;
  readonly public_id: string;
  /** Where the subscription has the feature by itself, the plan that it is on. */
  readonly plan_id: string;
  readonly feature_id: string;
  readonly feature_code: string;
  readonly feature_type: 'boolean' | 'quantity' | 'custom';
  /** true or false; a decimal, or unlimited; any text. */
  readonly value: string;
  /** Whether the plan grants it, or the subscription has it by itself. */
  readonly source: 'plan' | 'subscription';
  readonly created_at: string;
  readonly updated_at: string;
}

export interface EntitlementUpdate {
  /** By the type of the feature: true or false; a decimal that is not negative, or unlimited; any text. */
  readonly value?: string | boolean | string | number;
}

export interface EstimateFeesRequest {
  /** An id, its prefixed form sub_…, or the external_id. */
  readonly subscription_id: string;
  readonly code: string;
  /** At most 100, together at most 16 KiB. Texts, numbers and booleans are counted, filtered and grouped by; what is nested is kept. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface EstimateFeesResponse {
  /** Null where the plan does not price the metric. */
  readonly charge_model: string | null;
  readonly metric_code: string;
  /** By how much the event changes the usage of the period. */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
  /** Minor units before rounding, as a decimal */
  readonly unit_amount_cents: string;
  readonly currency: string;
}

/** A bare array is a batch of CloudEvents; every form is taken in both. */
export type EventBatchCreate = {
  readonly events: readonly (EventCreate | CloudEvent | DataRecord)[];
} | readonly (EventCreate | CloudEvent | DataRecord)[];

export interface EventBatchResponse {
  /** Stored by this call, the unmatched ones included. */
  readonly ingested: number;
  readonly duplicates: number;
  /** Every event that is stored, also from before, in the order sent. */
  readonly events: readonly EventResponse[];
  /** One for each event, in the order sent. */
  readonly results: readonly EventResult[];
}

export interface EventCreate {
  /** Counted once for ever: a repeat with the same content is a duplicate, with other content a conflict. */
  readonly transaction_id: string;
  readonly external_customer_id: string;
  /** Of the billable metric. */
  readonly code: string;
  /** RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds. */
  readonly timestamp?: string | number;
  /** Counts for this subscription only; without it, for each of the customer’s that prices the metric. */
  readonly external_subscription_id?: string | null;
  /** At most 100, together at most 16 KiB. Texts, numbers and booleans are counted, filtered and grouped by; what is nested is kept. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface EventDetails {
  readonly id: string;
  readonly public_id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What was known when it came in; an unmatched event counts as soon as something covers its timestamp. */
  readonly status: 'ingested' | 'unmatched';
  readonly reason: string | null;
  /** Canceled, or replaced by another event: it counts nowhere. */
  readonly amended: boolean;
  readonly created_at: string;
  /** What took its place. */
  readonly amended_by: AmendmentResponse | null;
  /** What it came to take the place of. */
  readonly amends: AmendmentResponse | null;
}

/** What is absent is as in the event that is amended; properties are replaced as a whole. Without a transaction_id the new event takes the old one’s with "~" and a number behind it. */
export interface EventPatch {
  /** Counted once for ever: a repeat with the same content is a duplicate, with other content a conflict. */
  readonly transaction_id?: string;
  readonly external_customer_id?: string;
  /** Of the billable metric. */
  readonly code?: string;
  /** RFC 3339, or a number: below 10¹¹ epoch seconds, else milliseconds. */
  readonly timestamp?: string | number;
  /** Counts for this subscription only; without it, for each of the customer’s that prices the metric. */
  readonly external_subscription_id?: string | null;
  /** At most 100, together at most 16 KiB. Texts, numbers and booleans are counted, filtered and grouped by; what is nested is kept. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface EventReprocessResponse {
  readonly event_id: string;
  readonly status: 'reprocessing' | 'no_active_subscriptions';
  /** Subscriptions that count the event. */
  readonly subscriptions_checked: number;
  /** Why nothing counts it as things stand now. */
  readonly reason: 'unknown_metric' | 'unknown_customer' | 'unknown_subscription' | 'not_priced' | 'unreadable' | null;
}

export interface EventResponse {
  readonly id: string;
  readonly public_id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What was known when it came in; an unmatched event counts as soon as something covers its timestamp. */
  readonly status: 'ingested' | 'unmatched';
  readonly reason: string | null;
  /** Canceled, or replaced by another event: it counts nowhere. */
  readonly amended: boolean;
  readonly created_at: string;
}

export interface EventResult {
  readonly transaction_id: string | null;
  readonly status: 'ingested' | 'duplicate' | 'conflict' | 'rejected' | 'unmatched';
  readonly code: string | null;
  readonly path: string | null;
  readonly message: string | null;
}

export interface EventVolumePoint {
  /** The hour, in UTC: YYYY-MM-DD HH:00. */
  readonly timestamp: string;
  readonly count: number;
}

export interface EventVolumeResponse {
  readonly data_points: readonly EventVolumePoint[];
}

export interface ExplainNode {
  readonly kind: string;
  readonly label: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** In minor units, exact. */
  readonly amount_cents: string | null;
  /** Selects the stored events that were counted. */
  readonly events?: Readonly<Record<string, unknown>>;
  readonly children: readonly ExplainNode[];
}

export interface FeatureCreate {
  readonly code: string;
  readonly name: string;
  readonly description?: string | null;
  readonly feature_type: 'boolean' | 'quantity' | 'custom';
  /** What measures how much of a quantity was used. */
  readonly billable_metric_id?: string | null;
}

export interface FeatureResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly feature_type: 'boolean' | 'quantity' | 'custom';
  readonly billable_metric_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FeatureUpdate {
  readonly name?: string;
  readonly description?: string | null;
  /** What measures how much of a quantity was used. */
  readonly billable_metric_id?: string | null;
}

export interface FeePreview {
  /** Whose it is; null for what waits for the customer, and of a subscription that might be. */
  readonly subscription_id: string | null;
  readonly description: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Minor units before rounding, as a decimal */
  readonly unit_amount_cents: string;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly taxes_amount_cents: number;
  readonly tax_category: string;
  readonly charge_model: string | null;
  readonly metric_code: string | null;
  readonly grouped_by: Readonly<Record<string, string | null>>;
  readonly from_datetime: string;
  readonly to_datetime: string;
}

export interface FeeResponse {
  readonly id: string;
  readonly public_id: string;
  readonly invoice_id: string | null;
  readonly charge_id: string | null;
  readonly charge_filter_id: string | null;
  /** Of the event, for a fee of kind in_advance. */
  readonly event_id: string | null;
  readonly subscription_id: string | null;
  readonly commitment_id: string | null;
  /** Of the add-on that was applied. */
  readonly add_on_id: string | null;
  readonly fixed_charge_id: string | null;
  readonly customer_id: string;
  readonly fee_type: 'charge' | 'subscription' | 'fixed_charge' | 'add_on' | 'credit' | 'commitment';
  /** minimum: what is missing to the least amount of the charge. late_usage: what events that came after the period was billed add to it. in_advance: a single event of a charge that is paid in advance. progressive: the usage so far of a period that goes on. */
  readonly kind: 'regular' | 'minimum' | 'late_usage' | 'in_advance' | 'progressive';
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** The amount before its one rounding, in minor units. */
  readonly precise_amount_cents: string;
  /** What invoices within the period billed of it before; coupons and tax act on the rest. */
  readonly progressive_billing_credit_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly taxes_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly total_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly credited_amount_cents: number;
  readonly currency: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  readonly events_count: number;
  /** precise_amount_cents ÷ units; 0 without units. */
  readonly unit_amount_cents: string;
  readonly payment_status: 'pending' | 'succeeded' | 'failed' | 'refunded';
  readonly description: string;
  readonly metric_code: string | null;
  readonly grouped_by: Readonly<Record<string, string | null>>;
  /** What it was priced by, as it was. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of UNCL5305; O where it has no tax, as on a fee that no invoice carries. */
  readonly tax_category: string | null;
  /** What was in its price as tax: amount_cents is the rest of the price. */
  readonly included_tax_cents: number;
  readonly from_datetime: string | null;
  readonly to_datetime: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The wording of a fee on a draft. Amounts are computed and cannot be set. */
export interface FeeUpdate {
  readonly description?: string;
}

export interface FixedChargeInput {
  /** What it is an amount of. A plan has one fixed charge for each add-on. */
  readonly add_on_code: string;
  /** Default: 1. */
  readonly units?: string | number;
  /** Default: standard. */
  readonly charge_model?: 'standard' | 'graduated' | 'volume';
  /** By charge model, prices in major units. Without an amount, standard takes the add-on’s present price. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Whether it is paid with the period that opens, or with the one that closes. Default: false. */
  readonly pay_in_advance?: boolean;
  /** Whether part of a period costs only its days. Default: false, the whole price. */
  readonly prorated?: boolean;
}

export interface FixedChargeOutput {
  readonly id: string;
  readonly add_on_id: string;
  readonly add_on_code: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  readonly charge_model: 'standard' | 'graduated' | 'volume';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly pay_in_advance: boolean;
  readonly prorated: boolean;
}

export interface FixedChargeSimulationResult {
  readonly add_on_code: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
}

export interface InvoiceCoupon {
  readonly applied_coupon_id: string;
  readonly coupon_code: string;
  readonly coupon_name: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

export interface InvoiceDiff {
  readonly invoice_id: string;
  readonly version: number;
  readonly against: {
    readonly invoice_id: string;
    readonly version: number;
  };
  readonly currency: string;
  /** What happened to the whole, in a sentence. */
  readonly summary: string;
  readonly lines: readonly {
    readonly change: 'added' | 'removed' | 'changed' | 'same';
    /** Such as “API calls: 100 → 101 units, 10.00 → 10.10 USD (+0.10)”. */
    readonly words: string;
    /** Integer of the currency's minor unit */
    readonly difference_cents: number;
    readonly before: InvoiceDiffSide | null;
    readonly after: InvoiceDiffSide | null;
  }[];
  /** In minor units. */
  readonly sums: {
    readonly subtotal: InvoiceDiffSum;
    readonly progressive_credit: InvoiceDiffSum;
    readonly coupons: InvoiceDiffSum;
    readonly tax: InvoiceDiffSum;
    readonly total: InvoiceDiffSum;
  };
}

export interface InvoiceDiffSide {
  readonly description: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

export interface InvoiceDiffSum {
  /** Integer of the currency's minor unit */
  readonly before: number;
  /** Integer of the currency's minor unit */
  readonly after: number;
  /** Integer of the currency's minor unit */
  readonly difference: number;
}

export interface InvoiceEmailResponse {
  readonly email_id: string;
  readonly invoice_id: string;
  readonly customer_id: string;
  readonly credit_note_id: string | null;
  readonly kind: 'invoice' | 'reminder' | 'credit_note';
  readonly recipient: string;
  readonly status: 'queued' | 'sent' | 'failed';
  /** Why it failed for good. */
  readonly error: string | null;
  readonly requested_at: string;
  readonly sent_at: string | null;
}

export interface InvoiceExplanation {
  readonly invoice_id: string;
  readonly invoice_number: string | null;
  readonly currency: string;
  /** Integer of the currency's minor unit */
  readonly total_cents: number;
  readonly explanation: ExplainNode;
}

export interface InvoiceLineItem {
  readonly description: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly quantity: string | number;
  /** In major units. */
  readonly unit_price: string | number;
  /** In major units. */
  readonly amount: string | number;
  readonly charge_id: string | null;
  readonly metric_code: string | null;
}

export interface InvoicePreviewRequest {
  /** An id, prefixed id or external_id. Absent: of a subscription that might be, with the other fields as for creating it. */
  readonly subscription_id?: string;
  /** An id, its prefixed form cus_…, or the customer’s external_id. */
  readonly customer_id?: string;
  /** An id, its prefixed form plan_…, or the plan’s code. */
  readonly plan_id?: string;
  readonly billing_time?: 'calendar' | 'anniversary';
  /** When it starts: now or before, it is active at once; later, on that date; absent, when it is activated. */
  readonly started_at?: string | null;
  /** The anchor of its periods; never its start. Default: the start, or the first day after the trial. */
  readonly subscription_at?: string | null;
  readonly ending_at?: string | null;
  /** Default: the plan’s. */
  readonly trial_period_days?: number;
  /** Default: the plan’s. */
  readonly pay_in_advance?: boolean;
  readonly overrides?: PlanOverridesInput | null;
  /** Units of fixed charges that it has instead of its plan’s. */
  readonly fixed_charges?: readonly {
    readonly add_on_code: string;
    /** Decimal number of units, not negative; as a string it keeps every digit */
    readonly units: string | number;
  }[];
  /** Previews the period that holds this instant; default now. */
  readonly billing_period_start?: string;
  readonly billing_period_end?: string;
  /** As if these coupons were applied to the customer now, beside those it has. */
  readonly coupon_codes?: readonly string[];
}

export interface InvoicePreviewResponse {
  /** Integer of the currency's minor unit */
  readonly subtotal_cents: number;
  /** Integer of the currency's minor unit */
  readonly progressive_billing_credit_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly tax_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly prepaid_credit_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly total_cents: number;
  readonly currency: string;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
  readonly issuing_at: string;
  readonly taxes: readonly InvoiceTax[];
  readonly fees: readonly FeePreview[];
  readonly coupons: readonly CouponPreview[];
}

export interface InvoiceResponse {
  readonly id: string;
  readonly public_id: string;
  /** Given at finalisation; a draft has none. */
  readonly invoice_number: string | null;
  readonly customer_id: string;
  /** Null where it is of none, or of several. */
  readonly subscription_id: string | null;
  /** What it is of: several of one customer that fall due together are billed on one invoice. */
  readonly subscriptions: readonly InvoicedSubscription[];
  readonly billing_entity_id: string;
  readonly status: 'draft' | 'finalized' | 'paid' | 'voided';
  readonly invoice_type: 'subscription' | 'add_on' | 'credit' | 'one_off' | 'progressive_billing';
  /** Of several subscriptions the first of theirs. */
  readonly billing_period_start: string;
  /** Of several subscriptions the last of theirs. */
  readonly billing_period_end: string;
  readonly currency: string;
  /** The sum of the fees. */
  readonly subtotal_cents: number;
  /** Integer of the currency's minor unit */
  readonly progressive_billing_credit_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly coupons_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly tax_amount_cents: number;
  /** subtotal − progressive credit − coupons + tax. */
  readonly total_cents: number;
  /** Integer of the currency's minor unit */
  readonly credit_notes_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly prepaid_credit_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly amount_paid_cents: number;
  /** Integer of the currency's minor unit */
  readonly written_off_amount_cents: number;
  /** total − credit notes − prepaid credits − payments − what was written off. */
  readonly amount_due_cents: number;
  /** Finalized, with something due, and past its due date. */
  readonly payment_overdue: boolean;
  /** When the draft finalises by itself. */
  readonly finalize_at: string | null;
  readonly purchase_order_number: string | null;
  readonly notes: string | null;
  readonly due_date: string | null;
  readonly issued_at: string | null;
  readonly paid_at: string | null;
  readonly voided_at: string | null;
  readonly written_off_at: string | null;
  /** One more each time a draft changes when it is computed again, and with each regeneration. */
  readonly version: number;
  /** The voided invoice that this one was issued for again. */
  readonly replaces_invoice_id: string | null;
  /** What this voided invoice was issued again as. */
  readonly replaced_by_invoice_id: string | null;
  readonly fees: readonly FeeResponse[];
  readonly line_items: readonly InvoiceLineItem[];
  /** What it takes of each coupon, in the order in which they act. */
  readonly coupons: readonly InvoiceCoupon[];
  /** The breakdown: one for each tax, rate and category. */
  readonly taxes: readonly InvoiceTax[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface InvoiceSettlementResponse {
  readonly id: string;
  readonly invoice_id: string;
  readonly settlement_type: 'payment' | 'credit_note' | 'wallet_credit' | 'write_off';
  readonly source_id: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly created_at: string;
}

export interface InvoiceTax {
  /** Null for an exemption. */
  readonly tax_id: string | null;
  readonly tax_code: string;
  readonly tax_name: string;
  /** Decimal; as a string it keeps every digit */
  readonly tax_rate: string | number;
  readonly tax_category: string;
  readonly jurisdiction: string;
  readonly compound: boolean;
  readonly inclusive: boolean;
  /** Why no tax is charged, where none is. */
  readonly reason: string | null;
  /** What it is computed on: net after credit and coupons; of a compound tax with the taxes before it. */
  readonly base_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
}

/** Dates and texts of a draft. A finalized invoice never changes. */
export interface InvoiceUpdate {
  readonly due_date?: string | null;
  readonly issued_at?: string | null;
  readonly purchase_order_number?: string | null;
  readonly notes?: string | null;
}

export interface InvoicedSubscription {
  readonly subscription_id: string;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
}

export interface LedgerBalanceResponse {
  readonly account: 'receivable' | 'cash' | 'customer_credit' | 'refund_payable' | 'wallet_cash' | 'wallet_promotional' | 'wallet_held' | 'wallet_pending' | 'wallet_drawn' | 'promotions' | 'revenue' | 'deferred_revenue' | 'tax_payable' | 'discounts' | 'write_off';
  readonly currency: string;
  readonly tax_jurisdiction: string | null;
  readonly tax_rate: string | number | null;
  /** The side on which the account usually stands. */
  readonly side: 'debit' | 'credit';
  /** Integer of the currency's minor unit */
  readonly debits_cents: number;
  /** Integer of the currency's minor unit */
  readonly credits_cents: number;
  /** Positive on the side on which the account usually stands. */
  readonly balance_cents: number;
  readonly as_of: string;
}

export interface LedgerEntryResponse {
  readonly id: string;
  readonly public_id: string;
  /** The entries of a posting sum to 0 on every day. */
  readonly posting_id: string;
  readonly kind: 'invoice_finalized' | 'invoice_voided' | 'credit_note_issued' | 'credit_note_voided' | 'refund_paid' | 'credit_applied' | 'credit_returned' | 'payment_received' | 'credits_granted' | 'credits_paid' | 'credits_not_sold' | 'credits_drawn' | 'credits_repaid' | 'credits_consumed' | 'credits_returned' | 'credits_expired' | 'credits_voided' | 'credits_transferred' | 'credits_held' | 'credits_released' | 'credits_captured' | 'written_off' | 'write_off_reversed';
  readonly document_type: 'invoice' | 'credit_note' | 'invoice_settlement' | 'payment' | 'wallet_transaction' | 'wallet_hold';
  /** What posted it. */
  readonly document_id: string;
  readonly customer_id: string;
  readonly invoice_id: string | null;
  readonly credit_note_id: string | null;
  /** The fee that revenue is of. */
  readonly fee_id: string | null;
  /** The wallet whose credits moved. */
  readonly wallet_id: string | null;
  readonly account: 'receivable' | 'cash' | 'customer_credit' | 'refund_payable' | 'wallet_cash' | 'wallet_promotional' | 'wallet_held' | 'wallet_pending' | 'wallet_drawn' | 'promotions' | 'revenue' | 'deferred_revenue' | 'tax_payable' | 'discounts' | 'write_off';
  readonly currency: string;
  /** A debit is positive, a credit negative. */
  readonly amount_cents: number;
  /** The day from which it counts; that of a release to come lies ahead. */
  readonly booked_on: string;
  /** Whether it moves deferred revenue, or its discount, to what is earned. */
  readonly is_release: boolean;
  readonly tax_jurisdiction: string | null;
  /** In percent. */
  readonly tax_rate: string | number | null;
  readonly created_at: string;
}

export interface LifecycleEvent {
  readonly timestamp: string;
  readonly event_type: 'subscription' | 'status_change' | 'invoice' | 'payment';
  readonly title: string;
  /** The invoice’s number, or the plan’s code. */
  readonly description: string | null;
  /** What the resource was then. */
  readonly status: string | null;
  readonly resource_id: string;
  readonly resource_type: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ManualPaymentCreate {
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id: string;
  /** In minor units of the invoice’s currency. */
  readonly amount: number;
  /** Default: the invoice’s. Another one is refused. */
  readonly currency?: string;
  readonly reference?: string | null;
  readonly notes?: string | null;
}

export interface NearestName {
  readonly field: 'code' | 'external_customer_id' | 'external_subscription_id';
  readonly value: string;
  /** Characters added, left out, changed or swapped with a neighbour. */
  readonly distance: number;
}

export interface NextBillingDateResponse {
  readonly next_billing_date: string;
  readonly current_period_started_at: string;
  readonly interval: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
  /** Local days of the customer, from today’s date to that date. */
  readonly days_until_next_billing: number;
}

export interface OneOffInvoiceCreate {
  /** An id, prefixed id or external_id. */
  readonly customer_id: string;
  /** Default: the customer’s. Another one is refused. */
  readonly currency?: string;
  readonly line_items: readonly OneOffLineItem[];
  readonly due_date?: string | null;
  /** The customer’s; another one is refused. */
  readonly billing_entity_id?: string;
  /** True: it stays a draft until it is finalized. */
  readonly draft?: boolean;
  readonly purchase_order_number?: string | null;
  readonly notes?: string | null;
}

export interface OneOffLineItem {
  readonly description: string;
  /** Decimal number of units, not negative; as a string it keeps every digit */
  readonly quantity: string | number;
  /** In major units. */
  readonly unit_price: string | number;
  /** In major units. Checked: quantity × unit_price, or that rounded. */
  readonly amount?: string | number;
  readonly metric_code?: string | null;
}

export interface OrgBrandingResponse {
  readonly name: string;
  readonly slug: string;
  readonly logo_url: string | null;
  readonly portal_accent_color: string | null;
}

export interface OrganizationCreate {
  readonly name: string;
  /** ISO 4217 currency code */
  readonly default_currency?: string;
  readonly timezone?: string;
  readonly hmac_key?: string | null;
  readonly logo_url?: string | null;
  readonly portal_accent_color?: string | null;
  readonly portal_welcome_message?: string | null;
  readonly store_unknown_metrics?: boolean;
  readonly skip_zero_invoices?: boolean;
  readonly ignore_late_usage?: boolean;
  readonly event_retention_days?: number | null;
}

export interface OrganizationCreateResponse {
  readonly id: string;
  readonly public_id: string;
  readonly name: string;
  readonly slug: string;
  /** ISO 4217 currency code */
  readonly default_currency: string;
  readonly timezone: string;
  /** Write-only: shown as its last four characters. */
  readonly hmac_key: string | null;
  readonly logo_url: string | null;
  readonly portal_accent_color: string | null;
  readonly portal_welcome_message: string | null;
  /** Keep events with an unknown metric code as unmatched instead of rejecting them. */
  readonly store_unknown_metrics: boolean;
  /** Do not bill events that come after the invoice of their period is final. */
  readonly ignore_late_usage: boolean;
  /** After so many days usage events that are billed for good are deleted; what they came to and their ids are kept. Null: never. */
  readonly event_retention_days: number | null;
  /** Make no invoice where the total would be zero. */
  readonly skip_zero_invoices: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly api_key: ApiKeyCreateResponse;
  /** Shown once. */
  readonly live_key: string;
  /** Shown once. */
  readonly sandbox_key: string;
}

export interface OrganizationResponse {
  readonly id: string;
  readonly public_id: string;
  readonly name: string;
  readonly slug: string;
  /** ISO 4217 currency code */
  readonly default_currency: string;
  readonly timezone: string;
  /** Write-only: shown as its last four characters. */
  readonly hmac_key: string | null;
  readonly logo_url: string | null;
  readonly portal_accent_color: string | null;
  readonly portal_welcome_message: string | null;
  /** Keep events with an unknown metric code as unmatched instead of rejecting them. */
  readonly store_unknown_metrics: boolean;
  /** Do not bill events that come after the invoice of their period is final. */
  readonly ignore_late_usage: boolean;
  /** After so many days usage events that are billed for good are deleted; what they came to and their ids are kept. Null: never. */
  readonly event_retention_days: number | null;
  /** Make no invoice where the total would be zero. */
  readonly skip_zero_invoices: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface OrganizationUpdate {
  readonly name?: string;
  /** ISO 4217 currency code */
  readonly default_currency?: string;
  readonly timezone?: string;
  readonly hmac_key?: string | null;
  readonly logo_url?: string | null;
  readonly portal_accent_color?: string | null;
  readonly portal_welcome_message?: string | null;
  readonly store_unknown_metrics?: boolean;
  readonly skip_zero_invoices?: boolean;
  readonly ignore_late_usage?: boolean;
  readonly event_retention_days?: number | null;
}

export interface PaymentResponse {
  readonly id: string;
  readonly public_id: string;
  readonly invoice_id: string;
  readonly customer_id: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly currency: string;
  readonly status: 'pending' | 'processing' | 'succeeded' | 'failed' | 'refunded' | 'canceled';
  readonly provider: 'stripe' | 'manual' | 'ucp' | 'gocardless' | 'adyen';
  readonly provider_payment_id: string | null;
  readonly provider_checkout_id: string | null;
  readonly provider_checkout_url: string | null;
  readonly failure_reason: string | null;
  readonly payment_metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly updated_at: string;
  readonly completed_at: string | null;
}

/** Feature id -> plans that grant it. */
export type PlanCountsPerFeature = Readonly<Record<string, number>>;

export interface PlanCreate {
  readonly code: string;
  readonly interval: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
  readonly interval_count?: number;
  readonly name: string;
  readonly description?: string | null;
  /** Integer of the currency’s minor unit */
  readonly amount_cents?: number;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly trial_period_days?: number;
  /** What its subscriptions do unless they say otherwise. */
  readonly pay_in_advance?: boolean;
  /** Usage of a longer period is invoiced every month of it. */
  readonly bill_charges_monthly?: boolean;
  readonly charges?: readonly ChargeInput[];
  readonly fixed_charges?: readonly FixedChargeInput[];
}

/** What one subscription has instead of its plan’s, for as long as it is on that plan. Always the whole set. */
export interface PlanOverridesInput {
  /** Integer of the currency’s minor unit */
  readonly amount_cents?: number;
  /** Integer of the currency’s minor unit */
  readonly minimum_cents?: number;
  /** Instead of the plan’s. A length given with the subscription itself wins. */
  readonly trial_period_days?: number;
  readonly charges?: readonly {
    readonly charge_code: string;
    /** What differs from the charge’s own properties, key by key. */
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

export interface PlanOverridesOutput {
  readonly amount_cents: number | null;
  readonly minimum_cents: number | null;
  readonly trial_period_days: number | null;
  readonly charges: readonly {
    readonly charge_code: string;
    /** All by which the charge is priced. */
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

export interface PlanReference {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly interval: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
}

export interface PlanResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly interval: 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'semiannual' | 'yearly';
  readonly interval_count: number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** ISO 4217 currency code */
  readonly currency: string;
  readonly trial_period_days: number;
  readonly pay_in_advance: boolean;
  readonly bill_charges_monthly: boolean;
  readonly charges: readonly ChargeOutput[];
  readonly fixed_charges: readonly FixedChargeOutput[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface PlanSimulateRequest {
  /** Decimal number of units, not negative; as a string it keeps every digit */
  readonly units: string | number;
  /** Charge code -> units, where they are not the same for all. */
  readonly charges?: Readonly<Record<string, string | number>>;
}

export interface PlanSimulateResponse {
  readonly plan_id: string;
  /** Integer of the currency's minor unit */
  readonly base_amount_cents: number;
  /** ISO 4217 currency code */
  readonly currency: string;
  readonly fixed_charges: readonly FixedChargeSimulationResult[];
  readonly charges: readonly ChargeSimulationResult[];
  /** Integer of the currency's minor unit */
  readonly total_amount_cents: number;
}

/** Plan id -> subscriptions that have not ended. */
export type PlanSubscriptionCounts = Readonly<Record<string, number>>;

export interface PlanSummary {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly interval: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly currency: string;
}

export interface PlanUpdate {
  readonly name?: string;
  readonly description?: string | null;
  /** Integer of the currency’s minor unit */
  readonly amount_cents?: number;
  /** ISO 4217 currency code */
  readonly currency?: string;
  readonly trial_period_days?: number;
  /** What its subscriptions do unless they say otherwise. */
  readonly pay_in_advance?: boolean;
  /** Usage of a longer period is invoiced every month of it. */
  readonly bill_charges_monthly?: boolean;
  readonly charges?: readonly ChargeInput[];
  readonly fixed_charges?: readonly FixedChargeInput[];
}

export interface PortalUrlResponse {
  readonly portal_url: string;
  /** Until then the link opens the portal. */
  readonly expires_at: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What went wrong, for people. */
  readonly detail: string;
  /** What went wrong, for programs; stable. */
  readonly code: string;
  readonly request_id: string;
  readonly errors: readonly {
    readonly path: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/** units and amount_cents are those of the end of the period. */
export interface ProjectedChargeUsage {
  readonly charge_id: string;
  readonly charge_code: string;
  readonly charge_filter_id: string | null;
  readonly billable_metric: BillableMetricUsage;
  readonly charge_model: string;
  /** What an invoice calls the line. */
  readonly description: string;
  /** Property -> values, separated by commas, * for any; empty for what matched no filter. */
  readonly filters: Readonly<Record<string, string>>;
  readonly grouped_by: Readonly<Record<string, string | null>> | null;
  /** Decimal number of units; as a string it keeps every digit */
  readonly units: string | number;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly current_units: string | number;
  /** Integer of the currency's minor unit */
  readonly current_amount_cents: number;
}

export interface ProrationDetail {
  /** Days of the new plan in its first period. */
  readonly days_remaining: number;
  /** Days of that whole period. */
  readonly total_days: number;
  /** Of the old plan: what is credited, or in arrears is not billed, for the days left. */
  readonly current_plan_credit_cents: number;
  /** Of the new plan: what is charged, or in arrears will be, for its first days. */
  readonly new_plan_charge_cents: number;
  /** Charge less credit. */
  readonly net_amount_cents: number;
}

export interface RevenueMonthResponse {
  /** YYYY-MM */
  readonly month: string;
  readonly currency: string;
  /** Earned in the month, less discounts and what was credited or voided of it. */
  readonly recognized_cents: number;
  /** Integer of the currency's minor unit */
  readonly deferred_start_cents: number;
  /** Invoiced for days to come, less what was credited or voided of it. */
  readonly deferred_added_cents: number;
  /** Earned by the days of the month. */
  readonly deferred_released_cents: number;
  /** start + added − released. */
  readonly deferred_end_cents: number;
}

export interface Root {
  readonly app: string;
  readonly version: string;
  readonly domain: string;
  readonly status: 'running';
}

export interface RotateWebhookSecret {
  /** How long the secret before goes on signing beside the new one; default 24. */
  readonly overlap_hours?: number;
}

export interface SendEmailResponse {
  /** Whether it is on its way; `invoice.emailed` or `invoice.email_failed` tells what became of it. */
  readonly sent: boolean;
}

export interface SendReminderResponse {
  readonly sent: boolean;
  readonly invoice_id: string;
}

export interface SimulationStep {
  readonly label: string;
  readonly units: string | number | null;
  readonly unit_price: string | number | null;
  readonly flat_amount: string | number | null;
  readonly percent: string | number | null;
  /** Minor units before rounding, as a decimal */
  readonly precise_amount_cents: string;
}

export interface SubscriptionCreate {
  readonly external_id: string;
  /** An id, its prefixed form cus_…, or the customer’s external_id. */
  readonly customer_id: string;
  /** An id, its prefixed form plan_…, or the plan’s code. */
  readonly plan_id: string;
  readonly billing_time?: 'calendar' | 'anniversary';
  /** When it starts: now or before, it is active at once; later, on that date; absent, when it is activated. */
  readonly started_at?: string | null;
  /** The anchor of its periods; never its start. Default: the start, or the first day after the trial. */
  readonly subscription_at?: string | null;
  readonly ending_at?: string | null;
  /** Default: the plan’s. */
  readonly trial_period_days?: number;
  /** Default: the plan’s. */
  readonly pay_in_advance?: boolean;
  readonly on_termination_action?: 'generate_invoice' | 'generate_credit_note' | 'skip';
  readonly overrides?: PlanOverridesInput | null;
  /** Units of fixed charges that it has instead of its plan’s. */
  readonly fixed_charges?: readonly {
    readonly add_on_code: string;
    /** Decimal number of units, not negative; as a string it keeps every digit */
    readonly units: string | number;
  }[];
  /** Of a start in the past. True: all that fell due since then is billed, one period after the other. False: billing begins with the period that is open. */
  readonly bill_past?: boolean;
  /** True: always on invoices of its own, also where others of the customer fall due with it. */
  readonly invoice_separately?: boolean;
}

export interface SubscriptionCurrentUsage {
  readonly subscription_id: string;
  /** Integer of the currency's minor unit */
  readonly current_usage_amount_cents: number;
  readonly currency: string;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
}

export interface SubscriptionEntitlementResponse {
  /** Of what the subscription has by itself; null where the plan decides. */
  readonly id: string | null;
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly plan_id: string;
  readonly feature_id: string;
  readonly feature_code: string;
  readonly feature_type: 'boolean' | 'quantity' | 'custom';
  /** What the plan grants; null: nothing. */
  readonly plan_value: string | null;
  /** What counts; null: nothing is granted. */
  readonly value: string | null;
  /** Which of the two decides. */
  readonly source: 'plan' | 'subscription';
}

export interface SubscriptionEntitlementUpdate {
  /** Instead of what the plan grants; null takes the feature from the subscription. */
  readonly value: string | boolean | string | number | null;
}

export interface SubscriptionFixedCharge {
  readonly fixed_charge_id: string;
  readonly subscription_id: string;
  readonly add_on_id: string;
  readonly add_on_code: string;
  /** Its own number, else the plan’s. */
  readonly units: string | number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly plan_units: string | number;
  /** The number it has from the next period on. */
  readonly pending_units: string | number | null;
  /** When that begins. */
  readonly pending_units_at: string | null;
  readonly charge_model: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly pay_in_advance: boolean;
  readonly prorated: boolean;
}

export interface SubscriptionFixedChargeUpdate {
  /** How many from then on; the number it has takes a pending one back. */
  readonly units: string | number;
  /** now: from today, settled for the running period. period_end: from the next period of the plan. Default: now where a period costs the same or more, else period_end. */
  readonly timing?: 'now' | 'period_end';
}

export interface SubscriptionLifecycleResponse {
  /** Oldest first; at most the latest 1,000. */
  readonly events: readonly LifecycleEvent[];
}

export interface SubscriptionResponse {
  readonly id: string;
  readonly public_id: string;
  readonly external_id: string;
  readonly customer_id: string;
  readonly customer_external_id: string | null;
  readonly plan_id: string;
  readonly plan_code: string;
  readonly status: 'pending' | 'active' | 'paused' | 'canceled' | 'terminated';
  readonly billing_time: 'calendar' | 'anniversary';
  readonly pay_in_advance: boolean;
  readonly on_termination_action: 'generate_invoice' | 'generate_credit_note' | 'skip';
  /** Whether it is never on one invoice with others. */
  readonly invoice_separately: boolean;
  readonly trial_period_days: number;
  readonly trial_ends_at: string | null;
  readonly trial_ended_at: string | null;
  readonly subscription_at: string | null;
  readonly started_at: string | null;
  readonly ending_at: string | null;
  readonly canceled_at: string | null;
  /** When a canceled subscription ends, unless the cancellation is taken back. */
  readonly cancels_at: string | null;
  readonly terminated_at: string | null;
  readonly paused_at: string | null;
  readonly resumed_at: string | null;
  readonly previous_plan_id: string | null;
  /** The plan it changes to at the end of its period. */
  readonly pending_plan_id: string | null;
  /** When it does. */
  readonly pending_plan_at: string | null;
  readonly overrides: PlanOverridesOutput | null;
  /** Those of the plan it changes to. */
  readonly pending_overrides: PlanOverridesOutput | null;
  /** The anchor it gets at the end of its period. */
  readonly pending_subscription_at: string | null;
  /** When it does; set, too, where the anchor becomes the start again. */
  readonly anchor_changes_at: string | null;
  /** When a downgrade was asked for that is still to come. */
  readonly downgraded_at: string | null;
  /** The usage period that is open now. */
  readonly current_period_start: string | null;
  /** Where it closes: at its boundary, or at the end of the subscription before it. */
  readonly current_period_end: string | null;
  /** When the next invoice is made. */
  readonly next_billing_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface SubscriptionResume {
  /** True: a new period begins today, for a subscription that is billed from its anchor. */
  readonly reset_anchor?: boolean;
}

export interface SubscriptionUpdate {
  /** An id, its prefixed form plan_…, or the plan’s code. To the same or a higher price a year: now, else at the end of the period. Its own plan takes a pending change back. */
  readonly plan_id?: string;
  /** When the plan changes. Default: now to the same or a higher price a year, else at the end of the period. */
  readonly timing?: 'now' | 'period_end';
  /** How the running period is settled where the plan changes now. day: each plan its days. none: it stays the old plan’s. full_price: the new price for all of it, a lower one instead of what was paid. difference: what the new price is above the old one. Default: day. */
  readonly proration?: 'day' | 'none' | 'full_price' | 'difference';
  readonly ending_at?: string | null;
  /** Another one only before the start. */
  readonly billing_time?: 'calendar' | 'anniversary';
  /** Another one only before the start. */
  readonly pay_in_advance?: boolean;
  readonly on_termination_action?: 'generate_invoice' | 'generate_credit_note' | 'skip';
  /** The anchor: at once while nothing is billed, else from the end of the open period on. The one it has takes a pending one back. */
  readonly subscription_at?: string | null;
  /** Only while pending or in the trial. */
  readonly trial_period_days?: number;
  /** True: on invoices of its own from what is due now on. */
  readonly invoice_separately?: boolean;
  /** With a plan_id, of that plan: those it had end with the plan before. Else the new set, by which all is priced that is not billed yet; null: none. */
  readonly overrides?: PlanOverridesInput | null;
}

export interface TaxApplicationCountsResponse {
  /** By the id of the tax. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface TaxAppliedEntitiesResponse {
  readonly tax_id: string;
  readonly tax_code: string;
  readonly entities: readonly {
    readonly taxable_type: 'charge' | 'fixed_charge' | 'add_on' | 'commitment' | 'plan' | 'customer' | 'billing_entity' | 'organization';
    readonly taxable_id: string;
    readonly code: string | null;
    readonly name: string | null;
  }[];
}

export interface TaxCreate {
  readonly code: string;
  readonly name: string;
  /** Percent: "20.0" is 20 %. At most four decimals. */
  readonly rate: string | number;
  /** Where no tax is charged, why: invoices say it. */
  readonly description?: string | null;
  /** Of UNCL5305. S where there is a rate and Z where there is none, unless given. */
  readonly category?: 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | 'L' | 'M' | null;
  /** For whom it is collected; its code unless given. */
  readonly jurisdiction?: string | null;
  /** On top of the net amount and the taxes before it. */
  readonly compound?: boolean;
  /** Prices have it in them: net = price ÷ (1 + rate). */
  readonly inclusive?: boolean;
  /** Applies wherever nothing more particular does. */
  readonly applied_to_organization?: boolean;
}

export interface TaxResponse {
  readonly id: string;
  readonly public_id: string;
  readonly code: string;
  readonly name: string;
  /** Decimal; as a string it keeps every digit */
  readonly rate: string | number;
  readonly description: string | null;
  readonly category: 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | 'L' | 'M';
  readonly jurisdiction: string | null;
  readonly compound: boolean;
  readonly inclusive: boolean;
  readonly applied_to_organization: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TaxUpdate {
  readonly name?: string;
  /** Percent: "20.0" is 20 %. At most four decimals. */
  readonly rate?: string | number;
  /** Where no tax is charged, why: invoices say it. */
  readonly description?: string | null;
  /** Of UNCL5305. S where there is a rate and Z where there is none, unless given. */
  readonly category?: 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O' | 'L' | 'M' | null;
  /** For whom it is collected; its code unless given. */
  readonly jurisdiction?: string | null;
  /** On top of the net amount and the taxes before it. */
  readonly compound?: boolean;
  /** Prices have it in them: net = price ÷ (1 + rate). */
  readonly inclusive?: boolean;
  /** Applies wherever nothing more particular does. */
  readonly applied_to_organization?: boolean;
}

export interface TestClock {
  readonly now: string;
  readonly status: 'ready' | 'advancing';
  /** False while the sandbox still follows real time. */
  readonly frozen: boolean;
  readonly target: string | null;
  /** Work of the last advance that failed; it was set aside. */
  readonly errors: readonly {
    readonly kind: string;
    readonly subject_id: string;
    readonly due_at: string;
    readonly message: string;
  }[];
}

export interface TestClockAdvance {
  readonly to: string;
}

export interface TestClockSet {
  readonly now: string;
}

export interface UnitsPreviewResponse {
  readonly fixed_charge: SubscriptionFixedCharge;
  readonly currency: string;
  /** What would be credited at once of fees paid ahead, without tax. */
  readonly credit_cents: number;
  /** What would be charged at once for the days left of the period, without tax. */
  readonly charge_cents: number;
  /** Charge less credit. */
  readonly net_amount_cents: number;
  /** What would be invoiced at once; null: nothing. */
  readonly invoice: InvoicePreviewResponse | null;
}

export interface UnmatchedEventResponse {
  readonly id: string;
  readonly public_id: string;
  readonly transaction_id: string;
  readonly external_customer_id: string;
  readonly external_subscription_id: string | null;
  readonly code: string;
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What was known when it came in; an unmatched event counts as soon as something covers its timestamp. */
  readonly status: 'ingested' | 'unmatched';
  readonly reason: string | null;
  /** Canceled, or replaced by another event: it counts nowhere. */
  readonly amended: boolean;
  readonly created_at: string;
  /** Why nothing counts it as things stand now; null: something does since. unreadable: its metric, which came later, cannot read it. */
  readonly current_reason: 'unknown_metric' | 'unknown_customer' | 'unknown_subscription' | 'not_priced' | 'unreadable' | null;
  /** The known name most like the one that is not known. */
  readonly nearest: NearestName | null;
}

export interface UsageAlertCreate {
  /** A UUID, or its prefixed form sub_… */
  readonly subscription_id: string;
  /** Needed for units; an amount without it is that of all usage. */
  readonly billable_metric_id?: string | null;
  /** units: how much was used. amount: what it costs, before coupons and tax. Default: units. */
  readonly measure?: 'units' | 'amount';
  /** Units of the metric; of an amount, minor units of the subscription’s currency. */
  readonly threshold_value: string | number;
  /** At each multiple of the value, in each period anew; else once for ever. Default: false. */
  readonly recurring?: boolean;
  readonly name?: string | null;
}

export interface UsageAlertResponse {
  readonly id: string;
  readonly public_id: string;
  readonly organization_id: string;
  readonly subscription_id: string;
  readonly billable_metric_id: string | null;
  readonly measure: 'units' | 'amount';
  /** Decimal number of units; as a string it keeps every digit */
  readonly threshold_value: string | number;
  readonly recurring: boolean;
  readonly name: string | null;
  readonly times_triggered: number;
  /** The last time. */
  readonly triggered_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface UsageAlertStatusResponse {
  readonly alert_id: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly current_usage: string | number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly threshold_value: string | number;
  /** current_usage ÷ threshold_value × 100, rounded to four decimals. */
  readonly usage_percentage: string | number;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
}

export interface UsageAlertTriggerResponse {
  readonly id: string;
  readonly usage_alert_id: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly current_usage: string | number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly threshold_value: string | number;
  readonly metric_code: string | null;
  readonly triggered_at: string;
}

export interface UsageAlertTriggered {
  readonly id: string;
  readonly usage_alert_id: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly current_usage: string | number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly threshold_value: string | number;
  readonly metric_code: string | null;
  readonly triggered_at: string;
  readonly usage_alert: UsageAlertResponse;
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly customer_id: string;
  /** Which multiple of the value was reached; 1 for an alert that does not recur. */
  readonly step: string | number;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
}

/** Another value, or another way to recur, is watched for anew. */
export interface UsageAlertUpdate {
  /** Units of the metric; of an amount, minor units of the subscription’s currency. */
  readonly threshold_value?: string | number;
  readonly recurring?: boolean;
  readonly name?: string | null;
}

export interface UsageMeterResponse {
  /** Of this version of the meter; another set of dimensions is another version. */
  readonly id: string;
  /** The code of the events. */
  readonly code: string;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
  /** The properties by which usage is kept apart: those that filters and pricing groups name. */
  readonly dimensions: readonly string[];
  /** Usage is read from a ready one; while one is being built, from the one before it or from the events themselves. It is exact meanwhile. */
  readonly state: 'building' | 'ready' | 'retired';
  /** While it is being built: customers are added in the order of their external ids, up to this one so far. */
  readonly built_through_customer: string | null;
  /** When its hours were last compared with the events. */
  readonly checked_at: string | null;
  readonly created_at: string;
}

export interface UsagePoint {
  readonly timestamp: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly value: string | number;
  readonly events_count: number;
}

export interface UsageSeries {
  readonly group: Readonly<Record<string, string | null>>;
  readonly points: readonly UsagePoint[];
}

export interface UsageSeriesResponse {
  readonly metric: string;
  readonly aggregation_type: 'count' | 'sum' | 'max' | 'unique_count' | 'weighted_sum' | 'latest' | 'custom';
  readonly window: 'hour' | 'day' | 'month';
  readonly timezone: string;
  readonly from: string;
  readonly to: string;
  readonly series: readonly UsageSeries[];
}

export interface UsageThresholdCreateAPI {
  /** The usage of a period, in minor units, at which it is invoiced. */
  readonly amount_cents: number;
  /** Default, and the only one there can be: that of the plan. */
  readonly currency?: string;
  /** Again for every further amount of usage above the highest threshold that is not recurring. Default: false. */
  readonly recurring?: boolean;
  readonly threshold_display_name?: string | null;
}

export interface UsageThresholdCrossing {
  readonly id: string;
  readonly usage_threshold: UsageThresholdResponse;
  readonly subscription_id: string;
  readonly external_subscription_id: string;
  readonly customer_id: string;
  /** Of a recurring threshold the highest multiple that was reached, else its amount. */
  readonly step_amount_cents: number;
  /** The usage of the period when that was noticed. */
  readonly usage_amount_cents: number;
  readonly currency: string;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
  /** The invoice of the usage so far; null where nothing was left to invoice. */
  readonly invoice_id: string | null;
  readonly crossed_at: string;
}

export interface UsageThresholdResponse {
  readonly id: string;
  readonly public_id: string;
  readonly plan_id: string | null;
  readonly subscription_id: string | null;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly currency: string;
  readonly recurring: boolean;
  readonly threshold_display_name: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface UsageTrendPoint {
  readonly date: string;
  /** Decimal number of units; as a string it keeps every digit */
  readonly value: string | number;
  readonly events_count: number;
}

export interface UsageTrendResponse {
  readonly subscription_id: string;
  readonly start_date: string;
  readonly end_date: string;
  readonly data_points: readonly UsageTrendPoint[];
}

/** Which fees the wallet pays. A list that is absent or empty limits nothing; each that is given limits further. */
export interface WalletAppliesTo {
  readonly plan_codes?: readonly string[] | null;
  readonly fee_types?: readonly ('charge' | 'subscription' | 'fixed_charge' | 'add_on' | 'commitment')[] | null;
  readonly billable_metric_codes?: readonly string[] | null;
}

export interface WalletConsumptionResponse {
  readonly id: string;
  readonly public_id: string;
  readonly wallet_id: string;
  readonly transaction_id: string;
  /** The credits it was taken from. */
  readonly credit_id: string;
  /** Where those were transferred: the credits as they first came to the customer, to whichever wallet. */
  readonly origin_credit_id: string;
  readonly invoice_id: string | null;
  /** The fee that was paid. */
  readonly fee_id: string | null;
  /** Negative: given back. */
  readonly amount_cents: number;
  readonly created_at: string;
}

export interface WalletCreate {
  /** An id, prefixed id or external_id. */
  readonly customer_id: string;
  readonly code?: string | null;
  /** Default: the customer’s. */
  readonly currency?: string;
  /** Minor units that a credit is worth. Default 1. */
  readonly rate_amount?: string | number;
  readonly initial_granted_credits?: string | number | null;
  readonly name?: string | null;
  readonly expiration_at?: string | null;
  readonly priority?: number;
  readonly applies_to?: WalletAppliesTo | null;
  /** The most that top-ups may fill it up to. */
  readonly max_balance_cents?: number | null;
  /** The most that one top-up may bring. */
  readonly max_single_credit_cents?: number | null;
  /** Of a customer whose mode is POSTPAID: how much it may owe for holds to go beyond the balance. Null is nothing. */
  readonly credit_limit_cents?: number | null;
  /** Top-ups that come by themselves. Given, they replace those there were. Default: what the customer’s defaults say. */
  readonly top_up_rules?: readonly WalletTopUpRuleInput[];
}

export interface WalletCreditResponse {
  readonly id: string;
  readonly public_id: string;
  readonly wallet_id: string;
  /** What brought it. */
  readonly transaction_id: string;
  readonly kind: 'promotional' | 'cash';
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly remaining_cents: number;
  /** Integer of the currency's minor unit */
  readonly held_cents: number;
  readonly expires_at: string | null;
  /** When it came to the customer; a transfer does not change it. */
  readonly granted_at: string;
  /** The credits of another wallet that these were a part of before they were transferred. */
  readonly transferred_from_credit_id: string | null;
  /** The credits as they first came to the customer, however often a part of them was transferred since: their transaction says who gave or sold them. */
  readonly origin_credit_id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WalletHoldCapture {
  /** At most what is held, which is the default; the rest is released. */
  readonly amount_cents?: number;
}

export interface WalletHoldCreate {
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  readonly reference?: string | null;
  /** Then it is released by itself. */
  readonly expires_at?: string | null;
}

export interface WalletHoldResponse {
  readonly id: string;
  readonly public_id: string;
  readonly wallet_id: string;
  readonly status: 'pending' | 'captured' | 'released';
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly captured_amount_cents: number;
  readonly reference: string | null;
  readonly expires_at: string | null;
  readonly closed_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WalletResponse {
  readonly id: string;
  readonly public_id: string;
  readonly customer_id: string;
  readonly name: string | null;
  readonly code: string | null;
  readonly status: 'active' | 'terminated';
  readonly currency: string;
  /** Decimal; as a string it keeps every digit */
  readonly rate_amount: string | number;
  readonly priority: number;
  readonly applies_to: {
    readonly plan_codes: readonly string[] | null;
    readonly fee_types: readonly string[] | null;
    readonly billable_metric_codes: readonly string[] | null;
  };
  /** The customer’s. */
  readonly mode: 'PREPAID' | 'POSTPAID';
  /** What may be spent; without what is held. Below nothing as far as it was drawn on credit. */
  readonly balance_cents: number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly credits_balance: string | number;
  /** What is left of the credits that were bought, less what was drawn on credit. */
  readonly cash_balance_cents: number;
  /** What is left of the credits that were given. */
  readonly promotional_balance_cents: number;
  /** Integer of the currency's minor unit */
  readonly held_balance_cents: number;
  /** The balance less what is not billed yet: current usage and what drafts have due, tax included. */
  readonly ongoing_balance_cents: number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly credits_ongoing_balance: string | number;
  /** Integer of the currency's minor unit */
  readonly ongoing_usage_amount_cents: number;
  /** When usage was last counted off; usage counts within seconds. */
  readonly ongoing_refreshed_at: string | null;
  readonly credit_limit_cents: number | null;
  /** What holds took beyond what was there, and was not paid back. */
  readonly drawn_amount_cents: number;
  /** The most that may be held now, on credit too. */
  readonly available_amount_cents: number;
  /** Integer of the currency's minor unit */
  readonly consumed_amount_cents: number;
  /** Decimal number of units; as a string it keeps every digit */
  readonly consumed_credits: string | number;
  readonly expiration_at: string | null;
  readonly max_balance_cents: number | null;
  readonly max_single_credit_cents: number | null;
  readonly top_up_rules: readonly WalletTopUpRule[];
  readonly terminated_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WalletTopUp {
  /** Decimal number of units; as a string it keeps every digit */
  readonly credits: string | number;
  /** A label. Default manual. */
  readonly source?: 'manual' | 'interval' | 'threshold';
  /** Granted: given at once. Purchased: invoiced, and there when the invoice is paid. Default granted. */
  readonly type?: 'granted' | 'purchased';
  readonly expires_at?: string | null;
}

export interface WalletTopUpRule {
  readonly id: string;
  readonly trigger: 'interval' | 'threshold';
  readonly interval: 'weekly' | 'monthly' | 'quarterly' | 'yearly' | null;
  readonly started_at: string | null;
  readonly threshold_credits: string | number | null;
  readonly method: 'fixed' | 'target';
  readonly credits: string | number | null;
  readonly target_credits: string | number | null;
  readonly min_credits: string | number | null;
  readonly max_credits: string | number | null;
  readonly type: 'granted' | 'purchased';
}

export interface WalletTopUpRuleInput {
  readonly trigger: 'interval' | 'threshold';
  /** Needed with the trigger interval. */
  readonly interval?: 'weekly' | 'monthly' | 'quarterly' | 'yearly';
  /** With the trigger interval: from when, and on which day. Default now. */
  readonly started_at?: string;
  /** Needed with the trigger threshold: topped up when the ongoing balance is below. */
  readonly threshold_credits?: string | number;
  /** Default fixed. */
  readonly method?: 'fixed' | 'target';
  /** Needed with the method fixed; with a threshold as often as it takes to reach it. */
  readonly credits?: string | number;
  /** Needed with the method target. */
  readonly target_credits?: string | number;
  /** With the method target: at least. */
  readonly min_credits?: string | number;
  /** With the method target: at most. */
  readonly max_credits?: string | number;
  /** Default purchased. */
  readonly type?: 'granted' | 'purchased';
}

export interface WalletTransactionResponse {
  readonly id: string;
  readonly public_id: string;
  readonly wallet_id: string;
  readonly customer_id: string;
  readonly transaction_type: 'inbound' | 'outbound';
  readonly transaction_status: 'granted' | 'purchased' | 'invoiced' | 'returned' | 'voided' | 'expired' | 'transferred' | 'captured' | 'drawn' | 'repaid';
  readonly source: 'manual' | 'interval' | 'threshold' | 'invoice' | 'transfer' | 'hold' | 'expiry' | 'termination' | 'repayment' | 'refund';
  readonly status: 'pending' | 'settled' | 'canceled';
  /** Credits. */
  readonly amount: string | number;
  /** Their value in minor units, as a decimal; the same as amount_cents. */
  readonly credit_amount: string;
  /** Integer of the currency's minor unit */
  readonly amount_cents: number;
  /** The invoice that was paid, or that sells the credits. */
  readonly invoice_id: string | null;
  /** The credit note that gives the money for these credits back. */
  readonly credit_note_id: string | null;
  readonly hold_id: string | null;
  /** Of a transfer: where it went, or came from. */
  readonly other_wallet_id: string | null;
  readonly expires_at: string | null;
  readonly settled_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WalletTransferRequest {
  /** A UUID, or its prefixed form wal_… */
  readonly source_wallet_id: string;
  /** A UUID, or its prefixed form wal_… */
  readonly target_wallet_id: string;
  /** At the rate of the source. */
  readonly credits: string | number;
}

export interface WalletTransferResponse {
  readonly source_wallet: WalletResponse;
  readonly target_wallet: WalletResponse;
  /** Decimal number of units; as a string it keeps every digit */
  readonly credits_transferred: string | number;
  /** The value, which is kept. */
  readonly amount_cents: number;
}

export interface WalletUpdate {
  readonly name?: string | null;
  readonly expiration_at?: string | null;
  readonly priority?: number;
  readonly applies_to?: WalletAppliesTo | null;
  /** The most that top-ups may fill it up to. */
  readonly max_balance_cents?: number | null;
  /** The most that one top-up may bring. */
  readonly max_single_credit_cents?: number | null;
  /** Of a customer whose mode is POSTPAID: how much it may owe for holds to go beyond the balance. Null is nothing. */
  readonly credit_limit_cents?: number | null;
  /** Top-ups that come by themselves. Given, they replace those there were. Default: what the customer’s defaults say. */
  readonly top_up_rules?: readonly WalletTopUpRuleInput[];
}

export interface WebhookDeliveryAttemptResponse {
  readonly id: string;
  readonly public_id: string;
  readonly webhook_id: string;
  readonly attempt_number: number;
  readonly http_status: number | null;
  readonly response_body: string | null;
  readonly success: boolean;
  readonly error_message: string | null;
  readonly attempted_at: string;
}

export interface WebhookEndpointCreate {
  /** http or https, on the public network or in the server’s allow list; live endpoints need https outside that list. */
  readonly url: string;
  readonly signature_algo?: 'hmac';
  /** The events to send, by name as under `webhooks` in this document; null for all of them. */
  readonly event_types?: readonly string[] | null;
}

export interface WebhookEndpointCreateResponse {
  readonly id: string;
  readonly public_id: string;
  readonly url: string;
  readonly signature_algo: string;
  readonly status: 'active' | 'inactive';
  readonly event_types: readonly string[] | null;
  /** Until when, in real time, the secret before signs too. */
  readonly previous_secret_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Signs every message; shown once. */
  readonly secret: string;
}

export interface WebhookEndpointResponse {
  readonly id: string;
  readonly public_id: string;
  readonly url: string;
  readonly signature_algo: string;
  readonly status: 'active' | 'inactive';
  readonly event_types: readonly string[] | null;
  /** Until when, in real time, the secret before signs too. */
  readonly previous_secret_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WebhookEndpointUpdate {
  /** http or https, on the public network or in the server’s allow list; live endpoints need https outside that list. */
  readonly url?: string;
  readonly signature_algo?: 'hmac';
  /** The events to send, by name as under `webhooks` in this document; null for all of them. */
  readonly event_types?: readonly string[] | null;
  readonly status?: 'active' | 'inactive';
}

export interface WebhookResponse {
  readonly id: string;
  /** The `webhook-id` header of every attempt. */
  readonly public_id: string;
  readonly webhook_endpoint_id: string;
  readonly webhook_type: string;
  readonly object_type: string | null;
  readonly object_id: string | null;
  /** The body as it is sent: {type, timestamp, data}. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Attempts after the first. */
  readonly retries: number;
  /** After how many retries it is given up. */
  readonly max_retries: number;
  readonly last_retried_at: string | null;
  /** In real time; null once succeeded or given up. */
  readonly next_attempt_at: string | null;
  /** Of the last attempt. */
  readonly http_status: number | null;
  /** The beginning of the last answer. */
  readonly response: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The query of `listOrganizations`. */
export interface ListOrganizationsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listApiKeys`. */
export interface ListApiKeysQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listAuditLogs`. */
export interface ListAuditLogsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** Such as customer, plan or invoice. */
  readonly resource_type?: string;
  /** A UUID or a prefixed id. */
  readonly resource_id?: string;
  readonly action?: 'created' | 'updated' | 'deleted' | 'status_changed';
  readonly actor_type?: 'api_key' | 'admin' | 'user' | 'webhook' | 'system';
  /** Entries from this instant on. */
  readonly start_date?: string;
  /** Entries before this instant. */
  readonly end_date?: string;
}

/** The query of `listResourceAuditLogs`. */
export interface ListResourceAuditLogsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listLedgerEntries`. */
export interface ListLedgerEntriesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly account?: 'receivable' | 'cash' | 'customer_credit' | 'refund_payable' | 'wallet_cash' | 'wallet_promotional' | 'wallet_held' | 'wallet_pending' | 'wallet_drawn' | 'promotions' | 'revenue' | 'deferred_revenue' | 'tax_payable' | 'discounts' | 'write_off';
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  /** An invoice, a credit note, a payment or a wallet: what it posted, and what moved it. */
  readonly document_id?: string;
  /** Entries that count from this day or a later one. */
  readonly from?: string;
  /** Entries that count from this day or an earlier one. */
  readonly to?: string;
}

/** The query of `listLedgerBalances`. */
export interface ListLedgerBalancesQuery {
  /** What counts on this day; default the latest date that it is anywhere. */
  readonly as_of?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
}

/** The query of `getRevenueRecognition`. */
export interface GetRevenueRecognitionQuery {
  /** A month such as 2026-01, or any day of it. */
  readonly from: string;
  /** A month such as 2026-01, or any day of it. */
  readonly to: string;
}

/** The query of `listWebhookEndpoints`. */
export interface ListWebhookEndpointsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listWebhooks`. */
export interface ListWebhooksQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly webhook_type?: string;
  readonly status?: 'pending' | 'succeeded' | 'failed';
  /** A UUID, or its prefixed form we_… */
  readonly webhook_endpoint_id?: string;
}

/** The query of `listWebhookDeliveryAttempts`. */
export interface ListWebhookDeliveryAttemptsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listBillableMetrics`. */
export interface ListBillableMetricsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listBillableMetricFilters`. */
export interface ListBillableMetricFiltersQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listPlans`. */
export interface ListPlansQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listPlansOfBillableMetric`. */
export interface ListPlansOfBillableMetricQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listPlanCommitments`. */
export interface ListPlanCommitmentsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listAddOns`. */
export interface ListAddOnsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listTaxes`. */
export interface ListTaxesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listAppliedTaxes`. */
export interface ListAppliedTaxesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** fee: what the taxes of an invoice’s line came to. */
  readonly taxable_type: 'charge' | 'fixed_charge' | 'add_on' | 'commitment' | 'plan' | 'customer' | 'billing_entity' | 'organization' | 'fee';
  /** A UUID or a prefixed id. */
  readonly taxable_id: string;
}

/** The query of `listFeatures`. */
export interface ListFeaturesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listBillingEntities`. */
export interface ListBillingEntitiesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listCustomers`. */
export interface ListCustomersQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** Part of a name, an e-mail address or an external_id, in any case. */
  readonly search?: string;
  /** Comma-separated; customers that have all of them. */
  readonly tags?: string;
  readonly status?: 'active' | 'inactive';
  readonly include_deleted?: boolean;
}

/** The query of `getCustomer`. */
export interface GetCustomerQuery {
  readonly include_deleted?: boolean;
}

/** The query of `listSubscriptions`. */
export interface ListSubscriptionsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  /** A UUID, or its prefixed form plan_… */
  readonly plan_id?: string;
  readonly status?: 'pending' | 'active' | 'paused' | 'canceled' | 'terminated';
  readonly external_id?: string;
}

/** The query of `getBillingProgress`. */
export interface GetBillingProgressQuery {
  /** From when on what fell due is counted as billed. Default: a day ago. */
  readonly since?: string;
}

/** The query of `terminateSubscription`. */
export interface TerminateSubscriptionQuery {
  /** Default: the one stored on the subscription. */
  readonly on_termination_action?: 'generate_invoice' | 'generate_credit_note' | 'skip';
  /** When it ended, if that was before now: not before anything that is billed or was paused or resumed since. Default: now. */
  readonly ended_at?: string;
}

/** The query of `cancelSubscription`. */
export interface CancelSubscriptionQuery {
  /** Default: the one stored on the subscription. */
  readonly on_termination_action?: 'generate_invoice' | 'generate_credit_note' | 'skip';
}

/** The query of `listPlanUsageThresholds`. */
export interface ListPlanUsageThresholdsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listSubscriptionUsageThresholds`. */
export interface ListSubscriptionUsageThresholdsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listCoupons`. */
export interface ListCouponsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly status?: 'active' | 'terminated';
}

/** The query of `listCustomerAppliedCoupons`. */
export interface ListCustomerAppliedCouponsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listWallets`. */
export interface ListWalletsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  readonly status?: 'active' | 'terminated';
}

/** The query of `listWalletTransactions`. */
export interface ListWalletTransactionsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly transaction_type?: 'inbound' | 'outbound';
  readonly status?: 'pending' | 'settled' | 'canceled';
}

/** The query of `listWalletCredits`. */
export interface ListWalletCreditsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listWalletConsumptions`. */
export interface ListWalletConsumptionsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form wcr_… */
  readonly credit_id?: string;
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id?: string;
  /** A UUID, or its prefixed form wtx_… */
  readonly transaction_id?: string;
}

/** The query of `getWalletBalanceTimeline`. */
export interface GetWalletBalanceTimelineQuery {
  readonly start_date?: string;
  readonly end_date?: string;
}

/** The query of `getWalletDepletionForecast`. */
export interface GetWalletDepletionForecastQuery {
  /** How many days to look back on. Default 30. */
  readonly days?: number;
}

/** The query of `listWalletHolds`. */
export interface ListWalletHoldsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listEvents`. */
export interface ListEventsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly transaction_id?: string;
  readonly external_customer_id?: string;
  readonly external_subscription_id?: string;
  readonly code?: string;
  readonly status?: 'ingested' | 'unmatched';
  /** From this instant on. */
  readonly from_timestamp?: string;
  /** Before this instant. */
  readonly to_timestamp?: string;
}

/** The query of `createEventBatch`. */
export interface CreateEventBatchQuery {
  /** All or nothing: refused (422) with every event at fault when one is not taken. */
  readonly atomic?: boolean;
}

/** The query of `createDataRecords`. */
export interface CreateDataRecordsQuery {
  /** All or nothing: refused (422) with every event at fault when one is not taken. */
  readonly atomic?: boolean;
}

/** The query of `getEventVolume`. */
export interface GetEventVolumeQuery {
  /** Default: 24 hours before to_timestamp. */
  readonly from_timestamp?: string;
  /** Default: now. At most 31 days after from_timestamp. */
  readonly to_timestamp?: string;
}

/** The query of `listEventAmendments`. */
export interface ListEventAmendmentsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listUnmatchedEvents`. */
export interface ListUnmatchedEventsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 50. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** Why it was not matched when it came in. */
  readonly reason?: 'unknown_metric' | 'unknown_customer' | 'unknown_subscription' | 'not_priced';
}

/** The query of `listBackfills`. */
export interface ListBackfillsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  readonly status?: 'open' | 'closed' | 'reverted';
}

/** The query of `listBackfillEvents`. */
export interface ListBackfillEventsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `getCustomerCurrentUsage`. */
export interface GetCustomerCurrentUsageQuery {
  /** An id, its prefixed form sub_…, or the external_id. Needed where the customer has more than one running. */
  readonly subscription_id?: string;
  /** Another name of subscription_id. */
  readonly external_subscription_id?: string;
}

/** The query of `getCustomerProjectedUsage`. */
export interface GetCustomerProjectedUsageQuery {
  /** An id, its prefixed form sub_…, or the external_id. Needed where the customer has more than one running. */
  readonly subscription_id?: string;
  /** Another name of subscription_id. */
  readonly external_subscription_id?: string;
}

/** The query of `getCustomerPastUsage`. */
export interface GetCustomerPastUsageQuery {
  readonly external_subscription_id?: string;
  /** Another name of external_subscription_id. */
  readonly subscription_id?: string;
  readonly periods_count?: number;
}

/** The query of `getUsageTrend`. */
export interface GetUsageTrendQuery {
  /** The first day, a local date of the customer. Default: 29 days before the last. */
  readonly start_date?: string;
  /** The last day, included. Default: today. */
  readonly end_date?: string;
}

/** The query of `getUsageSeries`. */
export interface GetUsageSeriesQuery {
  /** The code of the billable metric. */
  readonly metric: string;
  /** Default day. In the time zone. */
  readonly window?: 'hour' | 'day' | 'month';
  /** The window that holds it is the first. */
  readonly from: string;
  /** Not included; the window that it lies in is whole. At most 744 hours, 366 days or 120 months. */
  readonly to: string;
  /** Default: the organization’s. */
  readonly timezone?: string;
  /** Declared filter keys of the metric, separated by commas. */
  readonly group_by?: string;
  /** A JSON object of declared filter keys, each with a value or several. */
  readonly filters?: string;
  readonly external_customer_id?: string;
  /** Events that name this subscription, or none. */
  readonly external_subscription_id?: string;
}

/** The query of `listEntitlements`. */
export interface ListEntitlementsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form plan_… */
  readonly plan_id?: string;
  /** A UUID, or its prefixed form feat_… */
  readonly feature_id?: string;
}

/** The query of `checkEntitlement`. */
export interface CheckEntitlementQuery {
  /** An id, its prefixed form cus_…, or the external_id. */
  readonly customer_id?: string;
  /** Another name of customer_id. */
  readonly customer?: string;
  /** Another name of customer_id. */
  readonly external_id?: string;
  readonly feature_code?: string;
  /** Another name of feature_code. */
  readonly feature?: string;
  /** An id, its prefixed form sub_…, or the external_id. Default: whichever running one grants most. */
  readonly subscription_id?: string;
  /** How much is to be used; access only where all of it fits. Default: anything at all. */
  readonly quantity?: string | number;
}

/** The query of `listSubscriptionEntitlements`. */
export interface ListSubscriptionEntitlementsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listInvoices`. */
export interface ListInvoicesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  /** A UUID, or its prefixed form sub_… */
  readonly subscription_id?: string;
  readonly external_subscription_id?: string;
  readonly status?: 'draft' | 'finalized' | 'paid' | 'voided';
  readonly payment_overdue?: boolean;
}

/** The query of `listFees`. */
export interface ListFeesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  /** A UUID, or its prefixed form sub_… */
  readonly subscription_id?: string;
  readonly fee_type?: 'charge' | 'subscription' | 'fixed_charge' | 'add_on' | 'credit' | 'commitment';
  readonly payment_status?: 'pending' | 'succeeded' | 'failed' | 'refunded';
}

/** The query of `listFeeEvents`. */
export interface ListFeeEventsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `diffInvoice`. */
export interface DiffInvoiceQuery {
  /** The number of an earlier version of this invoice, or the id of another invoice of its customer. */
  readonly against: string;
}

/** The query of `listCreditNotes`. */
export interface ListCreditNotesQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id?: string;
  readonly status?: 'draft' | 'finalized';
  readonly credit_note_type?: 'credit' | 'refund' | 'offset';
  readonly refund_status?: 'pending' | 'succeeded' | 'failed';
}

/** The query of `listAddOnApplications`. */
export interface ListAddOnApplicationsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listCustomerAppliedAddOns`. */
export interface ListCustomerAppliedAddOnsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** The query of `listPayments`. */
export interface ListPaymentsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form inv_… */
  readonly invoice_id?: string;
  /** A UUID, or its prefixed form cus_… */
  readonly customer_id?: string;
  readonly status?: 'pending' | 'processing' | 'succeeded' | 'failed' | 'refunded' | 'canceled';
  readonly provider?: 'stripe' | 'manual' | 'ucp' | 'gocardless' | 'adyen';
}

/** The query of `listUsageAlerts`. */
export interface ListUsageAlertsQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 100. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
  /** A UUID, or its prefixed form sub_… */
  readonly subscription_id?: string;
}

/** The query of `listUsageAlertTriggers`. */
export interface ListUsageAlertTriggersQuery {
  readonly skip?: number;
  /** Another name for skip. */
  readonly offset?: number;
  /** Default 50. */
  readonly limit?: number;
  /** field or field:asc or field:desc; default created_at:desc. */
  readonly order_by?: string;
  /** Empty for the first page; switches to pages {data, has_more, next_cursor}. */
  readonly cursor?: string;
}

/** Every operation of the API under its name in the document: path parameters, body, then the query and how to send. */
export interface Operations {
  /** List organizations. */
  readonly listOrganizations: (options?: CallOptions<ListOrganizationsQuery>) => Promise<List<OrganizationResponse>>;

  /**
   * Create an organization.
   *
   * Creates the organization with a live and a sandbox environment and one API key for each, shown once.
   */
  readonly createOrganization: (body: OrganizationCreate, options?: CallOptions) => Promise<OrganizationCreateResponse>;

  /**
   * Close an organization.
   *
   * Its keys stop working at once; its records are kept.
   */
  readonly deleteOrganization: (orgId: string, options?: CallOptions) => Promise<void>;

  /**
   * Get an organization’s branding.
   *
   * For pages that are shown before anybody has logged in.
   */
  readonly getOrganizationBranding: (slug: string, options?: CallOptions) => Promise<OrgBrandingResponse>;

  /**
   * Get the current organization.
   *
   * Needs the scope `organization:read`.
   */
  readonly getCurrentOrganization: (options?: CallOptions) => Promise<OrganizationResponse>;

  /**
   * Update the current organization.
   *
   * Needs the scope `organization:write`.
   */
  readonly updateCurrentOrganization: (body: OrganizationUpdate, options?: CallOptions) => Promise<OrganizationResponse>;

  /**
   * List API keys.
   *
   * Needs the scope `api_keys:read`.
   */
  readonly listApiKeys: (options?: CallOptions<ListApiKeysQuery>) => Promise<List<ApiKeyListResponse>>;

  /**
   * Create an API key.
   *
   * The key is shown once. It gets at most the scopes of the calling key.
   *
   * Needs the scope `api_keys:write`.
   */
  readonly createApiKey: (body: ApiKeyCreate, options?: CallOptions) => Promise<ApiKeyCreateResponse>;

  /**
   * Rotate an API key.
   *
   * Revokes the key at once and answers its successor, shown once.
   *
   * Needs the scope `api_keys:write`.
   */
  readonly rotateApiKey: (apiKeyId: string, options?: CallOptions) => Promise<ApiKeyCreateResponse>;

  /**
   * Revoke an API key.
   *
   * Needs the scope `api_keys:write`.
   */
  readonly revokeApiKey: (apiKeyId: string, options?: CallOptions) => Promise<void>;

  /**
   * Get the test clock.
   *
   * Needs the scope `test_clock:read`.
   */
  readonly getTestClock: (options?: CallOptions) => Promise<TestClock>;

  /**
   * Set the test clock.
   *
   * In any direction while the sandbox has no subscription; afterwards forward only, running what falls due.
   *
   * Needs the scope `test_clock:write`.
   */
  readonly setTestClock: (body: TestClockSet, options?: CallOptions) => Promise<TestClock>;

  /**
   * Advance the test clock.
   *
   * Runs everything that falls due on the way, in order of due time; poll until the status is ready.
   *
   * Needs the scope `test_clock:write`.
   */
  readonly advanceTestClock: (body: TestClockAdvance, options?: CallOptions) => Promise<TestClock>;

  /** Root. */
  readonly getRoot: (options?: CallOptions) => Promise<Root>;

  /**
   * List audit logs.
   *
   * Every change to every resource: what, when, by whom. Long logs are read by `cursor`: it neither counts nor skips.
   *
   * Needs the scope `audit_logs:read`.
   */
  readonly listAuditLogs: (options?: CallOptions<ListAuditLogsQuery>) => Promise<List<AuditLogResponse>>;

  /**
   * Get the audit trail of a resource.
   *
   * Needs the scope `audit_logs:read`.
   */
  readonly listResourceAuditLogs: (resourceType: string, resourceId: string, options?: CallOptions<ListResourceAuditLogsQuery>) => Promise<List<AuditLogResponse>>;

  /**
   * List ledger entries.
   *
   * The lines of the books: double entry, append-only. Long lists are read by `cursor`: it neither counts nor skips.
   *
   * Needs the scope `ledger:read`.
   */
  readonly listLedgerEntries: (options?: CallOptions<ListLedgerEntriesQuery>) => Promise<List<LedgerEntryResponse>>;

  /**
   * List the balances of the accounts.
   *
   * Per account and currency, tax payable also per jurisdiction and rate: the sum of the entries that count by a day.
   *
   * Needs the scope `ledger:read`.
   */
  readonly listLedgerBalances: (options?: CallOptions<ListLedgerBalancesQuery>) => Promise<List<LedgerBalanceResponse>>;

  /**
   * Report revenue by the month it is earned in.
   *
   * Fees paid in advance are earned by the days they pay for; all others when they are invoiced. Months to come show what is to be earned of what is invoiced already.
   *
   * Needs the scope `ledger:read`.
   */
  readonly getRevenueRecognition: (options: CallOptions<GetRevenueRecognitionQuery> & { readonly query: GetRevenueRecognitionQuery }) => Promise<List<RevenueMonthResponse>>;

  /**
   * List webhook endpoints.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly listWebhookEndpoints: (options?: CallOptions<ListWebhookEndpointsQuery>) => Promise<List<WebhookEndpointResponse>>;

  /**
   * Create a webhook endpoint.
   *
   * Its secret is shown in this reply and never again. Messages are signed after Standard Webhooks 1.0.0.
   *
   * Needs the scope `webhooks:write`.
   */
  readonly createWebhookEndpoint: (body: WebhookEndpointCreate, options?: CallOptions) => Promise<WebhookEndpointCreateResponse>;

  /**
   * Get delivery stats per endpoint.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly getWebhookDeliveryStats: (options?: CallOptions) => Promise<readonly EndpointDeliveryStats[]>;

  /**
   * Get a webhook endpoint.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly getWebhookEndpoint: (endpointId: string, options?: CallOptions) => Promise<WebhookEndpointResponse>;

  /**
   * Update a webhook endpoint.
   *
   * Partial. Setting it inactive gives up at once what waits for it; what waits goes to a new URL from its next attempt on.
   *
   * Needs the scope `webhooks:write`.
   */
  readonly updateWebhookEndpoint: (endpointId: string, body: WebhookEndpointUpdate, options?: CallOptions) => Promise<WebhookEndpointResponse>;

  /**
   * Delete a webhook endpoint.
   *
   * Nothing is sent to it from now on; the log of what was sent is kept.
   *
   * Needs the scope `webhooks:write`.
   */
  readonly deleteWebhookEndpoint: (endpointId: string, options?: CallOptions) => Promise<void>;

  /**
   * Replace the secret of a webhook endpoint.
   *
   * The new secret is shown in this reply and never again. Until the overlap ends, messages carry a signature of each.
   *
   * Needs the scope `webhooks:write`.
   */
  readonly rotateWebhookSecret: (endpointId: string, body?: RotateWebhookSecret, options?: CallOptions) => Promise<WebhookEndpointCreateResponse>;

  /**
   * List webhooks.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly listWebhooks: (options?: CallOptions<ListWebhooksQuery>) => Promise<List<WebhookResponse>>;

  /**
   * Get a webhook.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly getWebhook: (webhookId: string, options?: CallOptions) => Promise<WebhookResponse>;

  /**
   * List the delivery attempts of a webhook.
   *
   * Needs the scope `webhooks:read`.
   */
  readonly listWebhookDeliveryAttempts: (webhookId: string, options?: CallOptions<ListWebhookDeliveryAttemptsQuery>) => Promise<List<WebhookDeliveryAttemptResponse>>;

  /**
   * Send a webhook again.
   *
   * At once, whatever became of it before, with the same id and body.
   *
   * Needs the scope `webhooks:write`.
   */
  readonly retryWebhook: (webhookId: string, options?: CallOptions) => Promise<WebhookResponse>;

  /**
   * List billable metrics.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly listBillableMetrics: (options?: CallOptions<ListBillableMetricsQuery>) => Promise<List<BillableMetricResponse>>;

  /**
   * Create a billable metric.
   *
   * Needs the scope `billable_metrics:write`.
   */
  readonly createBillableMetric: (body: BillableMetricCreate, options?: CallOptions) => Promise<BillableMetricResponse>;

  /**
   * Count billable metrics by aggregation.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly getBillableMetricStats: (options?: CallOptions) => Promise<BillableMetricStats>;

  /**
   * Get a billable metric.
   *
   * By id, prefixed id (`bm_…`) or `code`.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly getBillableMetric: (metricId: string, options?: CallOptions) => Promise<BillableMetricResponse>;

  /**
   * Update a billable metric.
   *
   * Partial: what is absent stays, an explicit null clears. A new `field_name` or `expression` counts for events received from then on; stored events keep the value they came in with.
   *
   * Needs the scope `billable_metrics:write`.
   */
  readonly updateBillableMetric: (metricId: string, body: BillableMetricUpdate, options?: CallOptions) => Promise<BillableMetricResponse>;

  /**
   * Delete a billable metric.
   *
   * Hides the metric; what was measured and billed by it is kept.
   *
   * Needs the scope `billable_metrics:write`.
   */
  readonly deleteBillableMetric: (metricId: string, options?: CallOptions) => Promise<void>;

  /**
   * List the filters of a billable metric.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly listBillableMetricFilters: (code: string, options?: CallOptions<ListBillableMetricFiltersQuery>) => Promise<List<BillableMetricFilterResponse>>;

  /**
   * Add a filter to a billable metric.
   *
   * Charges may then price events apart by this property.
   *
   * Needs the scope `billable_metrics:write`.
   */
  readonly createBillableMetricFilter: (code: string, body: BillableMetricFilterCreate, options?: CallOptions) => Promise<BillableMetricFilterResponse>;

  /**
   * Delete a filter of a billable metric.
   *
   * Needs the scope `billable_metrics:write`.
   */
  readonly deleteBillableMetricFilter: (code: string, filterId: string, options?: CallOptions) => Promise<void>;

  /**
   * List plans.
   *
   * Needs the scope `plans:read`.
   */
  readonly listPlans: (options?: CallOptions<ListPlansQuery>) => Promise<List<PlanResponse>>;

  /**
   * Create a plan.
   *
   * With its charges. Amounts named `*_cents` are minor units; prices inside charge properties are decimals in major units.
   *
   * Needs the scope `plans:write`.
   */
  readonly createPlan: (body: PlanCreate, options?: CallOptions) => Promise<PlanResponse>;

  /**
   * Get a plan.
   *
   * By id, prefixed id (`plan_…`) or `code`.
   *
   * Needs the scope `plans:read`.
   */
  readonly getPlan: (planId: string, options?: CallOptions) => Promise<PlanResponse>;

  /**
   * Update a plan.
   *
   * Partial: what is absent stays, an explicit null clears. `charges` is the new set: a charge named by `id`, or with the `code` of one on the same metric, keeps its id; those missing are removed.
   *
   * Needs the scope `plans:write`.
   */
  readonly updatePlan: (planId: string, body: PlanUpdate, options?: CallOptions) => Promise<PlanResponse>;

  /**
   * Delete a plan.
   *
   * Hides the plan; what was billed by it is kept.
   *
   * Needs the scope `plans:write`.
   */
  readonly deletePlan: (planId: string, options?: CallOptions) => Promise<void>;

  /**
   * Simulate the price of a plan.
   *
   * One full period at so many units of each charge, priced like an invoice by the charges’ own properties. A percentage charge takes the units as the amount of one event; a dynamic charge costs what its events say, here nothing.
   *
   * Needs the scope `plans:read`.
   */
  readonly simulatePlan: (planId: string, body: PlanSimulateRequest, options?: CallOptions) => Promise<PlanSimulateResponse>;

  /**
   * Count plans per billable metric.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly countPlansPerBillableMetric: (options?: CallOptions) => Promise<BillableMetricPlanCounts>;

  /**
   * List the plans that use a billable metric.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly listPlansOfBillableMetric: (metricId: string, options?: CallOptions<ListPlansOfBillableMetricQuery>) => Promise<List<PlanReference>>;

  /**
   * List a plan’s commitments.
   *
   * Needs the scope `plans:read`.
   */
  readonly listPlanCommitments: (planCode: string, options?: CallOptions<ListPlanCommitmentsQuery>) => Promise<List<CommitmentResponse>>;

  /**
   * Give a plan a minimum commitment.
   *
   * What a period of the plan costs at least, plan fee and usage together. The invoice that closes the period has a line for what is missing.
   *
   * Needs the scope `plans:write`.
   */
  readonly createPlanCommitment: (planCode: string, body: CommitmentCreateAPI, options?: CallOptions) => Promise<CommitmentResponse>;

  /**
   * Update a commitment.
   *
   * Needs the scope `plans:write`.
   */
  readonly updateCommitment: (commitmentId: string, body: CommitmentUpdate, options?: CallOptions) => Promise<CommitmentResponse>;

  /**
   * Delete a commitment.
   *
   * Needs the scope `plans:write`.
   */
  readonly deleteCommitment: (commitmentId: string, options?: CallOptions) => Promise<void>;

  /**
   * List add-ons.
   *
   * Needs the scope `add_ons:read`.
   */
  readonly listAddOns: (options?: CallOptions<ListAddOnsQuery>) => Promise<List<AddOnResponse>>;

  /**
   * Create an add-on.
   *
   * Something that is sold apart from plans, at a fixed price.
   *
   * Needs the scope `add_ons:write`.
   */
  readonly createAddOn: (body: AddOnCreate, options?: CallOptions) => Promise<AddOnResponse>;

  /**
   * Count applications per add-on.
   *
   * Needs the scope `add_ons:read`.
   */
  readonly countApplicationsPerAddOn: (options?: CallOptions) => Promise<AddOnApplicationCounts>;

  /**
   * Get an add-on.
   *
   * By `code`, id or prefixed id (`addon_…`).
   *
   * Needs the scope `add_ons:read`.
   */
  readonly getAddOn: (code: string, options?: CallOptions) => Promise<AddOnResponse>;

  /**
   * Update an add-on.
   *
   * Partial: what is absent stays, an explicit null clears. What was applied before keeps its price.
   *
   * Needs the scope `add_ons:write`.
   */
  readonly updateAddOn: (code: string, body: AddOnUpdate, options?: CallOptions) => Promise<AddOnResponse>;

  /**
   * Delete an add-on.
   *
   * Hides the add-on; what was billed for it is kept.
   *
   * Needs the scope `add_ons:write`.
   */
  readonly deleteAddOn: (code: string, options?: CallOptions) => Promise<void>;

  /**
   * List taxes.
   *
   * Needs the scope `taxes:read`.
   */
  readonly listTaxes: (options?: CallOptions<ListTaxesQuery>) => Promise<List<TaxResponse>>;

  /**
   * Create a tax.
   *
   * A rate in percent. It applies where it is applied to; with `applied_to_organization` wherever nothing more particular does.
   *
   * Needs the scope `taxes:write`.
   */
  readonly createTax: (body: TaxCreate, options?: CallOptions) => Promise<TaxResponse>;

  /**
   * Get a tax.
   *
   * By `code`, id or prefixed id (`tax_…`).
   *
   * Needs the scope `taxes:read`.
   */
  readonly getTax: (code: string, options?: CallOptions) => Promise<TaxResponse>;

  /**
   * Update a tax.
   *
   * Partial: what is absent stays, an explicit null clears. Drafts that are computed anew follow it; a finalized invoice never changes.
   *
   * Needs the scope `taxes:write`.
   */
  readonly updateTax: (code: string, body: TaxUpdate, options?: CallOptions) => Promise<TaxResponse>;

  /**
   * Delete a tax.
   *
   * It applies to nothing any more; what was invoiced with it is kept.
   *
   * Needs the scope `taxes:write`.
   */
  readonly deleteTax: (code: string, options?: CallOptions) => Promise<void>;

  /**
   * List the taxes applied to something.
   *
   * Needs the scope `taxes:read`.
   */
  readonly listAppliedTaxes: (options: CallOptions<ListAppliedTaxesQuery> & { readonly query: ListAppliedTaxesQuery }) => Promise<List<AppliedTaxResponse>>;

  /**
   * Apply a tax to something.
   *
   * Of the levels charge, add-on or commitment, plan, customer, billing entity and organization, the first that has any taxes decides; several of one level add up.
   *
   * Needs the scope `taxes:write`.
   */
  readonly applyTax: (body: ApplyTaxRequest, options?: CallOptions) => Promise<AppliedTaxResponse>;

  /**
   * Remove an applied tax.
   *
   * Needs the scope `taxes:write`.
   */
  readonly removeAppliedTax: (appliedTaxId: string, options?: CallOptions) => Promise<void>;

  /**
   * Count to how much each tax applies.
   *
   * Needs the scope `taxes:read`.
   */
  readonly countTaxApplications: (options?: CallOptions) => Promise<TaxApplicationCountsResponse>;

  /**
   * Get what a tax applies to.
   *
   * Needs the scope `taxes:read`.
   */
  readonly listTaxEntities: (code: string, options?: CallOptions) => Promise<TaxAppliedEntitiesResponse>;

  /**
   * List Features.
   *
   * Needs the scope `features:read`.
   */
  readonly listFeatures: (options?: CallOptions<ListFeaturesQuery>) => Promise<List<FeatureResponse>>;

  /**
   * Create Feature.
   *
   * A quantity is measured by the billable metric given, else by the one that has the same code; null: by none, and only its limit is known.
   *
   * Needs the scope `features:write`.
   */
  readonly createFeature: (body: FeatureCreate, options?: CallOptions) => Promise<FeatureResponse>;

  /**
   * Get Feature.
   *
   * Needs the scope `features:read`.
   */
  readonly getFeature: (code: string, options?: CallOptions) => Promise<FeatureResponse>;

  /**
   * Update Feature.
   *
   * Needs the scope `features:write`.
   */
  readonly updateFeature: (code: string, body: FeatureUpdate, options?: CallOptions) => Promise<FeatureResponse>;

  /**
   * Delete Feature.
   *
   * Needs the scope `features:write`.
   */
  readonly deleteFeature: (code: string, options?: CallOptions) => Promise<void>;

  /**
   * List billing entities.
   *
   * Needs the scope `billing_entities:read`.
   */
  readonly listBillingEntities: (options?: CallOptions<ListBillingEntitiesQuery>) => Promise<List<BillingEntityResponse>>;

  /**
   * Create a billing entity.
   *
   * A legal entity that invoices are issued by, with a numbering of its own.
   *
   * Needs the scope `billing_entities:write`.
   */
  readonly createBillingEntity: (body: BillingEntityCreate, options?: CallOptions) => Promise<BillingEntityResponse>;

  /**
   * Count customers per billing entity.
   *
   * Needs the scope `billing_entities:read`.
   */
  readonly countCustomersPerBillingEntity: (options?: CallOptions) => Promise<BillingEntityCustomerCounts>;

  /**
   * Get a billing entity.
   *
   * Needs the scope `billing_entities:read`.
   */
  readonly getBillingEntity: (code: string, options?: CallOptions) => Promise<BillingEntityResponse>;

  /**
   * Update a billing entity.
   *
   * Needs the scope `billing_entities:write`.
   */
  readonly updateBillingEntity: (code: string, body: BillingEntityUpdate, options?: CallOptions) => Promise<BillingEntityResponse>;

  /**
   * Delete a billing entity.
   *
   * Needs the scope `billing_entities:write`.
   */
  readonly deleteBillingEntity: (code: string, options?: CallOptions) => Promise<void>;

  /**
   * List customers.
   *
   * Needs the scope `customers:read`.
   */
  readonly listCustomers: (options?: CallOptions<ListCustomersQuery>) => Promise<List<CustomerResponse>>;

  /**
   * Create a customer.
   *
   * Needs the scope `customers:write`.
   */
  readonly createCustomer: (body: CustomerCreate, options?: CallOptions) => Promise<CustomerResponse>;

  /**
   * Get a customer.
   *
   * By id, prefixed id (`cus_…`) or `external_id`.
   *
   * Needs the scope `customers:read`.
   */
  readonly getCustomer: (customerId: string, options?: CallOptions<GetCustomerQuery>) => Promise<CustomerResponse>;

  /**
   * Update a customer.
   *
   * Partial: what is absent stays, an explicit null clears.
   *
   * Needs the scope `customers:write`.
   */
  readonly updateCustomer: (customerId: string, body: CustomerUpdate, options?: CallOptions) => Promise<CustomerResponse>;

  /**
   * Delete a customer.
   *
   * Hides the customer; invoices, fees and usage are kept.
   *
   * Needs the scope `customers:write`.
   */
  readonly deleteCustomer: (customerId: string, options?: CallOptions) => Promise<void>;

  /**
   * Generate customer portal URL.
   *
   * Whoever has the link is the customer for about an hour: give it to nobody else.
   *
   * Needs the scope `customers:write`.
   */
  readonly getCustomerPortalUrl: (externalId: string, options?: CallOptions) => Promise<PortalUrlResponse>;

  /**
   * Count subscriptions per plan.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly countSubscriptionsPerPlan: (options?: CallOptions) => Promise<PlanSubscriptionCounts>;

  /**
   * List subscriptions.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listSubscriptions: (options?: CallOptions<ListSubscriptionsQuery>) => Promise<List<SubscriptionResponse>>;

  /**
   * Create a subscription.
   *
   * With a `started_at` that has come it is active at once, else pending until that date, or without one until it is activated. A start in the past is billed from the period that is open now.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly createSubscription: (body: SubscriptionCreate, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Get the progress of billing.
   *
   * At a month’s end many subscriptions fall due at once: how many of them are billed by now, and how many wait.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getBillingProgress: (options?: CallOptions<GetBillingProgressQuery>) => Promise<BillingProgressResponse>;

  /**
   * Get a subscription.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getSubscription: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Update a subscription.
   *
   * Partial: what is absent stays, an explicit null clears.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly updateSubscription: (subscriptionId: string, body: SubscriptionUpdate, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Terminate a subscription.
   *
   * Ends it now, or as of a moment before that is not billed yet, and makes its last invoice.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly terminateSubscription: (subscriptionId: string, options?: CallOptions<TerminateSubscriptionQuery>) => Promise<void>;

  /**
   * Get the next billing date of a subscription.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getNextBillingDate: (subscriptionId: string, options?: CallOptions) => Promise<NextBillingDateResponse>;

  /**
   * Activate a pending subscription.
   *
   * It starts now, whatever date it was to start on.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly activateSubscription: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Pause a subscription.
   *
   * From tomorrow its price is not due, and what was paid ahead for those days is credited. Usage is recorded and billed as before.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly pauseSubscription: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Resume a paused subscription.
   *
   * Its price is due from today; in advance the days left of the period are charged. Its periods stay where they were, unless a new one is to begin today.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly resumeSubscription: (subscriptionId: string, body?: SubscriptionResume, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Cancel a subscription at the end of its period.
   *
   * It runs to the end of the open period of its plan, or of its trial. Until then the cancellation can be taken back. One that has not started ends when it was to start, and at once where it has no date.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly cancelSubscription: (subscriptionId: string, options?: CallOptions<CancelSubscriptionQuery>) => Promise<SubscriptionResponse>;

  /**
   * Take a cancellation back.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly uncancelSubscription: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionResponse>;

  /**
   * Pause several subscriptions.
   *
   * Each by itself; the reply says for each whether it was done, and why not.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly bulkPauseSubscriptions: (body: BulkSubscriptionRequest, options?: CallOptions) => Promise<BulkSubscriptionResponse>;

  /**
   * Resume several subscriptions.
   *
   * Each by itself; the reply says for each whether it was done, and why not.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly bulkResumeSubscriptions: (body: BulkSubscriptionRequest, options?: CallOptions) => Promise<BulkSubscriptionResponse>;

  /**
   * Terminate several subscriptions now.
   *
   * Each by itself; the reply says for each whether it was done, and why not.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly bulkTerminateSubscriptions: (body: BulkTerminateRequest, options?: CallOptions) => Promise<BulkSubscriptionResponse>;

  /**
   * List the fixed charges of a subscription.
   *
   * Those of its plan, with the units that the subscription has of each.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listSubscriptionFixedCharges: (subscriptionId: string, options?: CallOptions) => Promise<readonly SubscriptionFixedCharge[]>;

  /**
   * Change the units of a fixed charge.
   *
   * Paid in advance and by the day, more units are invoiced at once for the days left of the period; of fewer units the rest is credited and charged anew. In arrears each number is billed its days.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly updateSubscriptionFixedCharge: (subscriptionId: string, addOnCode: string, body: SubscriptionFixedChargeUpdate, options?: CallOptions) => Promise<SubscriptionFixedCharge>;

  /**
   * List plan usage thresholds.
   *
   * Needs the scope `plans:read`.
   */
  readonly listPlanUsageThresholds: (planCode: string, options?: CallOptions<ListPlanUsageThresholdsQuery>) => Promise<List<UsageThresholdResponse>>;

  /**
   * Create plan usage threshold.
   *
   * When the usage of a period comes to this amount, what was used so far is invoiced at once; the invoice of the period credits it. Crossed once in each period.
   *
   * Needs the scope `plans:write`.
   */
  readonly createPlanUsageThreshold: (planCode: string, body: UsageThresholdCreateAPI, options?: CallOptions) => Promise<UsageThresholdResponse>;

  /**
   * List subscription usage thresholds.
   *
   * Its own. A subscription without any is held to those of its plan.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listSubscriptionUsageThresholds: (subscriptionId: string, options?: CallOptions<ListSubscriptionUsageThresholdsQuery>) => Promise<List<UsageThresholdResponse>>;

  /**
   * Create subscription usage threshold.
   *
   * A subscription that has thresholds of its own is held to them instead of those of its plan.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly createSubscriptionUsageThreshold: (subscriptionId: string, body: UsageThresholdCreateAPI, options?: CallOptions) => Promise<UsageThresholdResponse>;

  /**
   * Delete usage threshold.
   *
   * Needs the scope `plans:write`.
   */
  readonly deleteUsageThreshold: (thresholdId: string, options?: CallOptions) => Promise<void>;

  /**
   * List coupons.
   *
   * Needs the scope `coupons:read`.
   */
  readonly listCoupons: (options?: CallOptions<ListCouponsQuery>) => Promise<List<CouponResponse>>;

  /**
   * Create a coupon.
   *
   * A fixed amount of each invoice in one currency, or a percentage; for one invoice, for so many, or for ever.
   *
   * Needs the scope `coupons:write`.
   */
  readonly createCoupon: (body: CouponCreate, options?: CallOptions) => Promise<CouponResponse>;

  /**
   * Get a coupon.
   *
   * Needs the scope `coupons:read`.
   */
  readonly getCoupon: (code: string, options?: CallOptions) => Promise<CouponResponse>;

  /**
   * Update a coupon.
   *
   * Its texts, and until when it is given. What it gives is fixed.
   *
   * Needs the scope `coupons:write`.
   */
  readonly updateCoupon: (code: string, body: CouponUpdate, options?: CallOptions) => Promise<CouponResponse>;

  /**
   * Terminate a coupon.
   *
   * It is not given any more; customers who have it keep it.
   *
   * Needs the scope `coupons:write`.
   */
  readonly terminateCoupon: (code: string, options?: CallOptions) => Promise<void>;

  /**
   * Apply a coupon to a customer.
   *
   * Needs the scope `coupons:write`.
   */
  readonly applyCoupon: (body: ApplyCouponRequest, options?: CallOptions) => Promise<AppliedCouponResponse>;

  /**
   * Remove a customer’s coupon.
   *
   * Invoices to come do not take it; drafts lose it when they are computed again.
   *
   * Needs the scope `coupons:write`.
   */
  readonly removeAppliedCoupon: (appliedCouponId: string, options?: CallOptions) => Promise<void>;

  /**
   * Get what a coupon was used for.
   *
   * Needs the scope `coupons:read`.
   */
  readonly getCouponAnalytics: (code: string, options?: CallOptions) => Promise<CouponAnalyticsResponse>;

  /**
   * Duplicate a coupon.
   *
   * Needs the scope `coupons:write`.
   */
  readonly duplicateCoupon: (code: string, options?: CallOptions) => Promise<CouponResponse>;

  /**
   * List a customer’s coupons.
   *
   * Needs the scope `coupons:read`.
   */
  readonly listCustomerAppliedCoupons: (customerId: string, options?: CallOptions<ListCustomerAppliedCouponsQuery>) => Promise<List<AppliedCouponResponse>>;

  /**
   * List wallets.
   *
   * Needs the scope `wallets:read`.
   */
  readonly listWallets: (options?: CallOptions<ListWalletsQuery>) => Promise<List<WalletResponse>>;

  /**
   * Create a wallet.
   *
   * Prepaid credits of a customer. They pay its invoices when these are finalized: wallets by priority, then age; in a wallet what was given before what was bought, soonest expiry first.
   *
   * Needs the scope `wallets:write`.
   */
  readonly createWallet: (body: WalletCreate, options?: CallOptions) => Promise<WalletResponse>;

  /**
   * Transfer credits between wallets.
   *
   * Between wallets of one customer and currency. The value is kept: at another rate it is more or fewer credits.
   *
   * Needs the scope `wallets:write`.
   */
  readonly transferWalletCredits: (body: WalletTransferRequest, options?: CallOptions) => Promise<WalletTransferResponse>;

  /**
   * Get a wallet.
   *
   * Needs the scope `wallets:read`.
   */
  readonly getWallet: (walletId: string, options?: CallOptions) => Promise<WalletResponse>;

  /**
   * Update a wallet.
   *
   * Partial: what is absent stays, an explicit null clears. Currency and rate never change.
   *
   * Needs the scope `wallets:write`.
   */
  readonly updateWallet: (walletId: string, body: WalletUpdate, options?: CallOptions) => Promise<WalletResponse>;

  /**
   * Terminate a wallet.
   *
   * Releases its holds and voids what is left of it. Again, it changes nothing.
   *
   * Needs the scope `wallets:write`.
   */
  readonly terminateWallet: (walletId: string, options?: CallOptions) => Promise<void>;

  /**
   * Top up a wallet.
   *
   * Granted credits are there at once. Purchased credits are invoiced at once (invoice_type `credit`) and come when that invoice is paid; voiding it cancels the purchase.
   *
   * Needs the scope `wallets:write`.
   */
  readonly topUpWallet: (walletId: string, body: WalletTopUp, options?: CallOptions) => Promise<WalletResponse>;

  /**
   * List wallet transactions.
   *
   * Needs the scope `wallets:read`.
   */
  readonly listWalletTransactions: (walletId: string, options?: CallOptions<ListWalletTransactionsQuery>) => Promise<List<WalletTransactionResponse>>;

  /**
   * List the credits of a wallet.
   *
   * What came at once, with what is left of it and when it expires.
   *
   * Needs the scope `wallets:read`.
   */
  readonly listWalletCredits: (walletId: string, options?: CallOptions<ListWalletCreditsQuery>) => Promise<List<WalletCreditResponse>>;

  /**
   * List what the credits of a wallet paid.
   *
   * Which credits paid which fee, lapsed or moved on.
   *
   * Needs the scope `wallets:read`.
   */
  readonly listWalletConsumptions: (walletId: string, options?: CallOptions<ListWalletConsumptionsQuery>) => Promise<List<WalletConsumptionResponse>>;

  /**
   * Get wallet balance timeline.
   *
   * Needs the scope `wallets:read`.
   */
  readonly getWalletBalanceTimeline: (walletId: string, options?: CallOptions<GetWalletBalanceTimelineQuery>) => Promise<BalanceTimelineResponse>;

  /**
   * Get wallet depletion forecast.
   *
   * Needs the scope `wallets:read`.
   */
  readonly getWalletDepletionForecast: (walletId: string, options?: CallOptions<GetWalletDepletionForecastQuery>) => Promise<DepletionForecastResponse>;

  /**
   * List the holds on a wallet.
   *
   * Needs the scope `wallets:read`.
   */
  readonly listWalletHolds: (walletId: string, options?: CallOptions<ListWalletHoldsQuery>) => Promise<List<WalletHoldResponse>>;

  /**
   * Set credits aside.
   *
   * Nothing else spends them until they are captured or released.
   *
   * Needs the scope `wallets:write`.
   */
  readonly createWalletHold: (walletId: string, body: WalletHoldCreate, options?: CallOptions) => Promise<WalletHoldResponse>;

  /**
   * Spend credits that were set aside.
   *
   * All of them or a part; the rest is free again. They pay for what no invoice is made of.
   *
   * Needs the scope `wallets:write`.
   */
  readonly captureWalletHold: (walletId: string, holdId: string, body: WalletHoldCapture, options?: CallOptions) => Promise<WalletHoldResponse>;

  /**
   * Free credits that were set aside.
   *
   * Needs the scope `wallets:write`.
   */
  readonly releaseWalletHold: (walletId: string, holdId: string, options?: CallOptions) => Promise<WalletHoldResponse>;

  /**
   * Ingest an event.
   *
   * An event of ours, or a CloudEvent 1.0 in structured mode. A repeat with the same content answers the stored event.
   *
   * Needs the scope `events:write`.
   */
  readonly createEvent: (body: EventCreate | CloudEvent, options?: CallOptions) => Promise<EventResponse>;

  /**
   * List events.
   *
   * By timestamp, newest first unless order_by says otherwise. Of many events X-Total-Count says at most 10,000, and no more can be skipped: read on by `cursor`, which neither counts nor skips.
   *
   * Needs the scope `events:read`.
   */
  readonly listEvents: (options?: CallOptions<ListEventsQuery>) => Promise<List<EventResponse>>;

  /**
   * Ingest up to 1,000 events, or lines without end.
   *
   * Each event is judged by itself: `results` says in the order sent what became of it, and a bad one fails no other. As `application/x-ndjson`, an event in each line and as many lines as you like, it answers a line for each as they are stored: its number as `line`, and what `results` would say; `atomic` does not apply. Bodies may be packed with gzip.
   *
   * Needs the scope `events:write`.
   */
  readonly createEventBatch: (body: EventBatchCreate, options?: CallOptions<CreateEventBatchQuery>) => Promise<EventBatchResponse>;

  /**
   * Ingest up to 1,000 data records.
   *
   * Another form of events: `quantity`, `time_to` and `service_id` become properties. Answers like a batch.
   *
   * Needs the scope `events:write`.
   */
  readonly createDataRecords: (body: DataRecordBatch, options?: CallOptions<CreateDataRecordsQuery>) => Promise<EventBatchResponse>;

  /**
   * Events per hour.
   *
   * Needs the scope `events:read`.
   */
  readonly getEventVolume: (options?: CallOptions<GetEventVolumeQuery>) => Promise<EventVolumeResponse>;

  /**
   * Get an event.
   *
   * Needs the scope `events:read`.
   */
  readonly getEvent: (eventId: string, options?: CallOptions) => Promise<EventDetails>;

  /**
   * Cancel an event, or replace it.
   *
   * The stored event stays as it is and counts no more; the replacement is an event of its own. Possible until a finalized invoice bills the period of the event.
   *
   * Needs the scope `events:write`.
   */
  readonly amendEvent: (eventId: string, body: AmendmentCreate, options?: CallOptions) => Promise<AmendmentResult>;

  /**
   * List the amendments of an event.
   *
   * The whole chain the event belongs to, first to last, whichever of its events is named.
   *
   * Needs the scope `events:read`.
   */
  readonly listEventAmendments: (eventId: string, options?: CallOptions<ListEventAmendmentsQuery>) => Promise<List<AmendmentResponse>>;

  /**
   * Reprocess an event.
   *
   * Says what counts the event now, has its hour rolled up anew and alerts and thresholds looked at again. Nothing needs it to be counted.
   *
   * Needs the scope `events:write`.
   */
  readonly reprocessEvent: (eventId: string, options?: CallOptions) => Promise<EventReprocessResponse>;

  /**
   * List events that nothing counted.
   *
   * Those that nothing counted when they came in and that were not amended, each with what keeps it from being counted now and the known name most like the one it gave.
   *
   * Needs the scope `events:read`.
   */
  readonly listUnmatchedEvents: (options?: CallOptions<ListUnmatchedEventsQuery>) => Promise<List<UnmatchedEventResponse>>;

  /**
   * Open a backfill.
   *
   * For usage of the past that is to count all at once: bring the events in, then close it, or revert it. At most 31 days and 1,000,000 events.
   *
   * Needs the scope `events:write`.
   */
  readonly createBackfill: (body: BackfillCreate, options?: CallOptions) => Promise<BackfillResponse>;

  /**
   * List backfills.
   *
   * Needs the scope `events:read`.
   */
  readonly listBackfills: (options?: CallOptions<ListBackfillsQuery>) => Promise<List<BackfillResponse>>;

  /**
   * Bring up to 1,000 events into a backfill.
   *
   * Judged one by one as at intake, and dated within the backfill. Nothing counts them yet. What was stored by other doors is found out when the backfill is closed.
   *
   * Needs the scope `events:write`.
   */
  readonly fillBackfill: (backfillId: string, body: EventBatchCreate, options?: CallOptions) => Promise<BackfillBatchResponse>;

  /**
   * List the events of a backfill.
   *
   * Those that wait; of a closed one, those that differ from what was stored under their transaction id.
   *
   * Needs the scope `events:read`.
   */
  readonly listBackfillEvents: (backfillId: string, options?: CallOptions<ListBackfillEventsQuery>) => Promise<List<BackfillEventResponse>>;

  /**
   * Close a backfill.
   *
   * Everything it brought counts from this moment on, late events as any other. What was stored before counts once; where the content differs, what was there stays.
   *
   * Needs the scope `events:write`.
   */
  readonly closeBackfill: (backfillId: string, options?: CallOptions) => Promise<BackfillResponse>;

  /**
   * Give up a backfill.
   *
   * Possible until it is closed; what it brought is removed.
   *
   * Needs the scope `events:write`.
   */
  readonly revertBackfill: (backfillId: string, options?: CallOptions) => Promise<BackfillResponse>;

  /**
   * Get a backfill.
   *
   * Needs the scope `events:read`.
   */
  readonly getBackfill: (backfillId: string, options?: CallOptions) => Promise<BackfillResponse>;

  /**
   * Usage of the current period.
   *
   * Every charge of the plan, priced as the invoice would be, with what was used so far: one line for each filter and group.
   *
   * Needs the scope `customers:read`.
   */
  readonly getCustomerCurrentUsage: (externalId: string, options?: CallOptions<GetCustomerCurrentUsageQuery>) => Promise<CustomerCurrentUsage>;

  /**
   * Usage at the end of the current period.
   *
   * If usage goes on as it did: units are projected in a straight line first and priced then.
   *
   * Needs the scope `customers:read`.
   */
  readonly getCustomerProjectedUsage: (externalId: string, options?: CallOptions<GetCustomerProjectedUsageQuery>) => Promise<CustomerProjectedUsage>;

  /**
   * Usage of past periods.
   *
   * Periods that have closed, newest first; also those of a subscription that has ended.
   *
   * Needs the scope `customers:read`.
   */
  readonly getCustomerPastUsage: (externalId: string, options?: CallOptions<GetCustomerPastUsageQuery>) => Promise<readonly CustomerCurrentUsage[]>;

  /**
   * Amount of the usage of the current period.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getSubscriptionCurrentUsage: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionCurrentUsage>;

  /**
   * Get the usage of a subscription day by day.
   *
   * The units of each metric of its plan, measured on each day of the customer by itself and added up. Default: the last 30 days.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getUsageTrend: (subscriptionId: string, options?: CallOptions<GetUsageTrendQuery>) => Promise<UsageTrendResponse>;

  /**
   * What one more event would cost.
   *
   * The usage of the subscription’s current period with the event less that without it; of a charge that is paid in advance the fee that it would get. Nothing is stored.
   *
   * Needs the scope `events:read`.
   */
  readonly estimateEventFees: (body: EstimateFeesRequest, options?: CallOptions) => Promise<EstimateFeesResponse>;

  /**
   * Usage by hour, day or month, for charts.
   *
   * Each window is measured as a period of its own: nothing is carried in. Grouped and filtered by the keys the metric declares; at most 10,000 points. Events stored before their metric was known are counted, but have no value.
   *
   * Needs the scope `events:read`.
   */
  readonly getUsageSeries: (options: CallOptions<GetUsageSeriesQuery> & { readonly query: GetUsageSeriesQuery }) => Promise<UsageSeriesResponse>;

  /**
   * List usage meters.
   *
   * How usage is rolled up: one meter for each code and aggregation, made and replaced as metrics, filters and charges change.
   *
   * Needs the scope `billable_metrics:read`.
   */
  readonly listUsageMeters: (options?: CallOptions) => Promise<readonly UsageMeterResponse[]>;

  /**
   * Count plans per feature.
   *
   * Needs the scope `entitlements:read`.
   */
  readonly countPlansPerFeature: (options?: CallOptions) => Promise<PlanCountsPerFeature>;

  /**
   * List entitlements.
   *
   * Needs the scope `entitlements:read`.
   */
  readonly listEntitlements: (options?: CallOptions<ListEntitlementsQuery>) => Promise<List<EntitlementResponse>>;

  /**
   * Create an entitlement.
   *
   * A plan grants a feature, at once to everybody on it. The value is of the feature’s type.
   *
   * Needs the scope `entitlements:write`.
   */
  readonly createEntitlement: (body: EntitlementCreate, options?: CallOptions) => Promise<EntitlementResponse>;

  /**
   * Copy entitlements from one plan to another.
   *
   * Features that the target grants already keep their value there; the reply has those that are new.
   *
   * Needs the scope `entitlements:write`.
   */
  readonly copyEntitlements: (body: EntitlementCopyRequest, options?: CallOptions) => Promise<readonly EntitlementResponse[]>;

  /**
   * Update an entitlement.
   *
   * Needs the scope `entitlements:write`.
   */
  readonly updateEntitlement: (entitlementId: string, body: EntitlementUpdate, options?: CallOptions) => Promise<EntitlementResponse>;

  /**
   * Delete an entitlement.
   *
   * Needs the scope `entitlements:write`.
   */
  readonly deleteEntitlement: (entitlementId: string, options?: CallOptions) => Promise<void>;

  /**
   * Check whether a customer may use a feature.
   *
   * For the path of a request. Of several running subscriptions the one that grants most answers. A quantity that a metric measures is compared with what was used in the open period; without a metric only the limit is known.
   *
   * Needs the scope `entitlements:read`.
   */
  readonly checkEntitlement: (options?: CallOptions<CheckEntitlementQuery>) => Promise<EntitlementCheckResponse>;

  /**
   * Get subscription entitlements.
   *
   * What its plan grants, with what it has by itself instead; without what was taken from it.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listSubscriptionEntitlements: (externalId: string, options?: CallOptions<ListSubscriptionEntitlementsQuery>) => Promise<List<EntitlementResponse>>;

  /**
   * Get what a subscription has of a feature.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getSubscriptionEntitlement: (externalId: string, featureCode: string, options?: CallOptions) => Promise<SubscriptionEntitlementResponse>;

  /**
   * Give a subscription a value of its own.
   *
   * Instead of what its plan grants, on whatever plan it is; null takes the feature from it.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly overrideSubscriptionEntitlement: (externalId: string, featureCode: string, body: SubscriptionEntitlementUpdate, options?: CallOptions) => Promise<SubscriptionEntitlementResponse>;

  /**
   * Have the plan decide again.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly dropSubscriptionEntitlement: (externalId: string, featureCode: string, options?: CallOptions) => Promise<void>;

  /**
   * List invoices.
   *
   * Needs the scope `invoices:read`.
   */
  readonly listInvoices: (options?: CallOptions<ListInvoicesQuery>) => Promise<List<InvoiceResponse>>;

  /**
   * Create a one-off invoice.
   *
   * Of lines of your own: quantity × unit price each, rounded once. Finalized at once unless `draft` is true.
   *
   * Needs the scope `invoices:write`.
   */
  readonly createOneOffInvoice: (body: OneOffInvoiceCreate, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Finalize several drafts.
   *
   * Each as by itself, with all that follows from it; what is refused for one changes nothing for the others.
   *
   * Needs the scope `invoices:write`.
   */
  readonly bulkFinalizeInvoices: (body: BulkFinalizeRequest, options?: CallOptions) => Promise<BulkFinalizeResponse>;

  /**
   * Void several invoices.
   *
   * Each as by itself, with all that follows from it; what is refused for one changes nothing for the others.
   *
   * Needs the scope `invoices:write`.
   */
  readonly bulkVoidInvoices: (body: BulkVoidRequest, options?: CallOptions) => Promise<BulkVoidResponse>;

  /**
   * Preview an invoice.
   *
   * The next invoice of a subscription with the usage so far, or the first one of a subscription that might be (`customer_id`, `plan_id` and its terms), computed like the invoice itself and not stored.
   *
   * Needs the scope `invoices:read`.
   */
  readonly previewInvoice: (body: InvoicePreviewRequest, options?: CallOptions) => Promise<InvoicePreviewResponse>;

  /**
   * Get what happened to a subscription.
   *
   * Its changes, its invoices and their payments, from the log.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getSubscriptionLifecycle: (subscriptionId: string, options?: CallOptions) => Promise<SubscriptionLifecycleResponse>;

  /**
   * Preview a change of plan.
   *
   * What it would credit, charge and invoice: computed like the change itself, and nothing of it done.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly previewPlanChange: (subscriptionId: string, body: ChangePlanPreviewRequest, options?: CallOptions) => Promise<ChangePlanPreviewResponse>;

  /**
   * Preview a change of the units of a fixed charge.
   *
   * The fixed charge as it would be, pending where it counts from the next period on, and what would be credited, charged and invoiced at once: computed like the change itself, and nothing of it done.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly previewSubscriptionFixedCharge: (subscriptionId: string, addOnCode: string, body: SubscriptionFixedChargeUpdate, options?: CallOptions) => Promise<UnitsPreviewResponse>;

  /**
   * Invoice a subscription now.
   *
   * Usage so far, and in arrears the days that are over, on an invoice that is finalized at once. The period stays open: its end bills the whole of it, less this.
   *
   * Needs the scope `invoices:write`.
   */
  readonly invoiceSubscriptionNow: (subscriptionId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Get an invoice.
   *
   * Needs the scope `invoices:read`.
   */
  readonly getInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Update a draft invoice.
   *
   * Needs the scope `invoices:write`.
   */
  readonly updateInvoice: (invoiceId: string, body: InvoiceUpdate, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Delete a draft invoice.
   *
   * Needs the scope `invoices:write`.
   */
  readonly deleteInvoice: (invoiceId: string, options?: CallOptions) => Promise<void>;

  /**
   * Finalize an invoice.
   *
   * Gives the draft its number and its dates. Usage that came meanwhile is on it.
   *
   * Needs the scope `invoices:write`.
   */
  readonly finalizeInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Void an invoice.
   *
   * Needs the scope `invoices:write`.
   */
  readonly voidInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Explain an invoice.
   *
   * Every amount as a tree down to metric, filter, aggregate, tier steps and rounding; the leaves sum to the total, and each fee selects the events behind it.
   *
   * Needs the scope `invoices:read`.
   */
  readonly explainInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceExplanation>;

  /**
   * Get an invoice’s PDF for inline preview.
   *
   * Needs the scope `invoices:read`.
   */
  readonly previewInvoicePdf: (invoiceId: string, options?: CallOptions) => Promise<Uint8Array>;

  /**
   * Download an invoice’s PDF.
   *
   * Needs the scope `invoices:read`.
   */
  readonly downloadInvoicePdf: (invoiceId: string, options?: CallOptions) => Promise<Uint8Array>;

  /**
   * List what settled an invoice.
   *
   * Needs the scope `invoices:read`.
   */
  readonly listInvoiceSettlements: (invoiceId: string, options?: CallOptions) => Promise<List<InvoiceSettlementResponse>>;

  /**
   * List fees.
   *
   * Needs the scope `invoices:read`.
   */
  readonly listFees: (options?: CallOptions<ListFeesQuery>) => Promise<List<FeeResponse>>;

  /**
   * Get a fee.
   *
   * Needs the scope `invoices:read`.
   */
  readonly getFee: (feeId: string, options?: CallOptions) => Promise<FeeResponse>;

  /**
   * Update a fee on a draft.
   *
   * Needs the scope `invoices:write`.
   */
  readonly updateFee: (feeId: string, body: FeeUpdate, options?: CallOptions) => Promise<FeeResponse>;

  /**
   * List the events behind a fee.
   *
   * The very events that were counted, as the fee’s explanation selects them; none for a plan’s own fee. The explanation stays when they are not kept any more.
   *
   * Needs the scope `invoices:read`.
   */
  readonly listFeeEvents: (feeId: string, options?: CallOptions<ListFeeEventsQuery>) => Promise<List<EventResponse>>;

  /**
   * Refresh a draft invoice.
   *
   * Computes it again, with the usage and the prices of this moment. What it was before is kept as a version.
   *
   * Needs the scope `invoices:write`.
   */
  readonly refreshInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Issue a voided invoice again.
   *
   * Once, with the facts of this moment; finalized at once under a number of its own. The two invoices name each other.
   *
   * Needs the scope `invoices:write`.
   */
  readonly regenerateInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Write an invoice off.
   *
   * Gives up what is due on it. It stays finalized, is neither due nor overdue, and takes no payment until the write-off is taken back.
   *
   * Needs the scope `invoices:write`.
   */
  readonly writeOffInvoice: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Take a write-off back.
   *
   * What was given up is due again, by the date it was due.
   *
   * Needs the scope `invoices:write`.
   */
  readonly reverseInvoiceWriteOff: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Compare an invoice with what it was.
   *
   * Line by line, in words and numbers: with one of the latest twenty versions of a draft, or with another invoice of the customer, such as the one that it replaces.
   *
   * Needs the scope `invoices:read`.
   */
  readonly diffInvoice: (invoiceId: string, options: CallOptions<DiffInvoiceQuery> & { readonly query: DiffInvoiceQuery }) => Promise<InvoiceDiff>;

  /**
   * List credit notes.
   *
   * Needs the scope `credit_notes:read`.
   */
  readonly listCreditNotes: (options?: CallOptions<ListCreditNotesQuery>) => Promise<List<CreditNoteResponse>>;

  /**
   * Create a credit note.
   *
   * A draft over parts of fees of one invoice: coupons keep their share, tax is given back with it. It gives nothing back before it is finalized.
   *
   * Needs the scope `credit_notes:write`.
   */
  readonly createCreditNote: (body: CreditNoteCreate, options?: CallOptions) => Promise<CreditNoteResponse>;

  /**
   * Estimate a credit note.
   *
   * What it would come to and where it would go, by the computation of the note itself; nothing is written.
   *
   * Needs the scope `credit_notes:read`.
   */
  readonly estimateCreditNote: (body: CreditNoteEstimateRequest, options?: CallOptions) => Promise<CreditNoteEstimate>;

  /**
   * Get a credit note.
   *
   * Needs the scope `credit_notes:read`.
   */
  readonly getCreditNote: (creditNoteId: string, options?: CallOptions) => Promise<CreditNoteResponse>;

  /**
   * Update a credit note.
   *
   * A draft; of a finalized note what became of the money that it pays back.
   *
   * Needs the scope `credit_notes:write`.
   */
  readonly updateCreditNote: (creditNoteId: string, body: CreditNoteUpdate, options?: CallOptions) => Promise<CreditNoteResponse>;

  /**
   * Finalize a credit note.
   *
   * Computed as its invoice stands now. What is owed there is lowered first; the rest is credit, or is to be paid back.
   *
   * Needs the scope `credit_notes:write`.
   */
  readonly finalizeCreditNote: (creditNoteId: string, options?: CallOptions) => Promise<CreditNoteResponse>;

  /**
   * Void a credit note.
   *
   * What is left of its credit, and money that could not be paid back. So much of its fees may be credited again. A draft is given up.
   *
   * Needs the scope `credit_notes:write`.
   */
  readonly voidCreditNote: (creditNoteId: string, options?: CallOptions) => Promise<CreditNoteResponse>;

  /**
   * Download a credit note’s PDF.
   *
   * Needs the scope `credit_notes:read`.
   */
  readonly downloadCreditNotePdf: (creditNoteId: string, options?: CallOptions) => Promise<Uint8Array>;

  /**
   * Apply an add-on to a customer.
   *
   * Bills it: on an invoice of its own, finalized at once, or with `billing: next_invoice` as a line on the customer’s next one.
   *
   * Needs the scope `add_ons:write`.
   */
  readonly applyAddOn: (body: ApplyAddOnRequest, options?: CallOptions) => Promise<AppliedAddOnResponse>;

  /**
   * List the applications of an add-on.
   *
   * Needs the scope `add_ons:read`.
   */
  readonly listAddOnApplications: (code: string, options?: CallOptions<ListAddOnApplicationsQuery>) => Promise<List<AppliedAddOnDetailResponse>>;

  /**
   * List the add-ons applied to a customer.
   *
   * Needs the scope `customers:read`.
   */
  readonly listCustomerAppliedAddOns: (customerId: string, options?: CallOptions<ListCustomerAppliedAddOnsQuery>) => Promise<List<AppliedAddOnDetailResponse>>;

  /**
   * List payments.
   *
   * Needs the scope `payments:read`.
   */
  readonly listPayments: (options?: CallOptions<ListPaymentsQuery>) => Promise<List<PaymentResponse>>;

  /**
   * Get a payment.
   *
   * Needs the scope `payments:read`.
   */
  readonly getPayment: (paymentId: string, options?: CallOptions) => Promise<PaymentResponse>;

  /**
   * Record a manual payment.
   *
   * Money that arrived outside Farthing. When nothing is due any more, the invoice is paid.
   *
   * Needs the scope `payments:write`.
   */
  readonly recordPayment: (body: ManualPaymentCreate, options?: CallOptions) => Promise<PaymentResponse>;

  /**
   * Mark an invoice paid.
   *
   * Records a manual payment of all that is due.
   *
   * Needs the scope `payments:write`.
   */
  readonly markInvoicePaid: (invoiceId: string, options?: CallOptions) => Promise<InvoiceResponse>;

  /**
   * Get a customer’s health.
   *
   * Needs the scope `customers:read`.
   */
  readonly getCustomerHealth: (customerId: string, options?: CallOptions) => Promise<CustomerHealthResponse>;

  /**
   * Send an invoice by e-mail.
   *
   * To the customer’s address, in the invoice’s language, with the PDF. Sent in the background and tried again where that fails.
   *
   * Needs the scope `invoices:write`.
   */
  readonly sendInvoiceEmail: (invoiceId: string, options?: CallOptions) => Promise<SendEmailResponse>;

  /**
   * Remind of an invoice by e-mail.
   *
   * Of one with something due; otherwise like sending the invoice.
   *
   * Needs the scope `invoices:write`.
   */
  readonly sendInvoiceReminder: (invoiceId: string, options?: CallOptions) => Promise<SendReminderResponse>;

  /**
   * Send a credit note by e-mail.
   *
   * Like an invoice: in its language, with the PDF of the note.
   *
   * Needs the scope `credit_notes:write`.
   */
  readonly sendCreditNoteEmail: (creditNoteId: string, options?: CallOptions) => Promise<SendEmailResponse>;

  /**
   * List usage alerts.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listUsageAlerts: (options?: CallOptions<ListUsageAlertsQuery>) => Promise<List<UsageAlertResponse>>;

  /**
   * Create usage alert.
   *
   * Tells, by the event usage_alert.triggered, that the usage of a subscription’s period came to a value, within seconds of the event that did it.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly createUsageAlert: (body: UsageAlertCreate, options?: CallOptions) => Promise<UsageAlertResponse>;

  /**
   * Get usage alert.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getUsageAlert: (alertId: string, options?: CallOptions) => Promise<UsageAlertResponse>;

  /**
   * Update usage alert.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly updateUsageAlert: (alertId: string, body: UsageAlertUpdate, options?: CallOptions) => Promise<UsageAlertResponse>;

  /**
   * Delete usage alert.
   *
   * Needs the scope `subscriptions:write`.
   */
  readonly deleteUsageAlert: (alertId: string, options?: CallOptions) => Promise<void>;

  /**
   * Get usage alert status with current usage.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly getUsageAlertStatus: (alertId: string, options?: CallOptions) => Promise<UsageAlertStatusResponse>;

  /**
   * List alert trigger history.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly listUsageAlertTriggers: (alertId: string, options?: CallOptions<ListUsageAlertTriggersQuery>) => Promise<List<UsageAlertTriggerResponse>>;

  /**
   * Test a usage alert by checking current usage.
   *
   * What the status says; nothing is told and nothing kept.
   *
   * Needs the scope `subscriptions:read`.
   */
  readonly testUsageAlert: (alertId: string, options?: CallOptions) => Promise<UsageAlertStatusResponse>;

  /**
   * List customer integration mappings.
   *
   * What each connected system calls the customer.
   *
   * Needs the scope `customers:read`.
   */
  readonly listCustomerIntegrationMappings: (customerId: string, options?: CallOptions) => Promise<readonly CustomerIntegrationMappingResponse[]>;
}

/** How each operation is sent. */
export const endpoints: Readonly<Record<keyof Operations, Endpoint>> = {
  listOrganizations: { method: 'GET', path: '/v1/organizations', reply: 'list', auth: 'admin' },
  createOrganization: { method: 'POST', path: '/v1/organizations', reply: 'json', body: true, keyed: true, auth: 'admin' },
  deleteOrganization: { method: 'DELETE', path: '/v1/organizations/{org_id}', reply: 'none', auth: 'admin' },
  getOrganizationBranding: { method: 'GET', path: '/v1/organizations/by-slug/{slug}', reply: 'json', auth: 'none' },
  getCurrentOrganization: { method: 'GET', path: '/v1/organizations/current', reply: 'json' },
  updateCurrentOrganization: { method: 'PUT', path: '/v1/organizations/current', reply: 'json', body: true },
  listApiKeys: { method: 'GET', path: '/v1/organizations/current/api_keys', reply: 'list' },
  createApiKey: { method: 'POST', path: '/v1/organizations/current/api_keys', reply: 'json', body: true, keyed: true },
  rotateApiKey: { method: 'POST', path: '/v1/organizations/current/api_keys/{api_key_id}/rotate', reply: 'json', keyed: true },
  revokeApiKey: { method: 'DELETE', path: '/v1/organizations/current/api_keys/{api_key_id}', reply: 'none' },
  getTestClock: { method: 'GET', path: '/v1/test_clock', reply: 'json' },
  setTestClock: { method: 'POST', path: '/v1/test_clock', reply: 'json', body: true, keyed: true },
  advanceTestClock: { method: 'POST', path: '/v1/test_clock/advance', reply: 'json', body: true, keyed: true },
  getRoot: { method: 'GET', path: '/', reply: 'json', auth: 'none' },
  listAuditLogs: { method: 'GET', path: '/v1/audit_logs', reply: 'list' },
  listResourceAuditLogs: { method: 'GET', path: '/v1/audit_logs/{resource_type}/{resource_id}', reply: 'list' },
  listLedgerEntries: { method: 'GET', path: '/v1/ledger/entries', reply: 'list' },
  listLedgerBalances: { method: 'GET', path: '/v1/ledger/balances', reply: 'list' },
  getRevenueRecognition: { method: 'GET', path: '/v1/reports/revenue_recognition', reply: 'list' },
  listWebhookEndpoints: { method: 'GET', path: '/v1/webhook_endpoints', reply: 'list' },
  createWebhookEndpoint: { method: 'POST', path: '/v1/webhook_endpoints', reply: 'json', body: true, keyed: true },
  getWebhookDeliveryStats: { method: 'GET', path: '/v1/webhook_endpoints/delivery_stats', reply: 'json' },
  getWebhookEndpoint: { method: 'GET', path: '/v1/webhook_endpoints/{endpoint_id}', reply: 'json' },
  updateWebhookEndpoint: { method: 'PUT', path: '/v1/webhook_endpoints/{endpoint_id}', reply: 'json', body: true },
  deleteWebhookEndpoint: { method: 'DELETE', path: '/v1/webhook_endpoints/{endpoint_id}', reply: 'none' },
  rotateWebhookSecret: { method: 'POST', path: '/v1/webhook_endpoints/{endpoint_id}/rotate_secret', reply: 'json', body: true, keyed: true },
  listWebhooks: { method: 'GET', path: '/v1/webhook_endpoints/hooks/list', reply: 'list' },
  getWebhook: { method: 'GET', path: '/v1/webhook_endpoints/hooks/{webhook_id}', reply: 'json' },
  listWebhookDeliveryAttempts: { method: 'GET', path: '/v1/webhook_endpoints/hooks/{webhook_id}/delivery_attempts', reply: 'list' },
  retryWebhook: { method: 'POST', path: '/v1/webhook_endpoints/hooks/{webhook_id}/retry', reply: 'json', keyed: true },
  listBillableMetrics: { method: 'GET', path: '/v1/billable_metrics', reply: 'list' },
  createBillableMetric: { method: 'POST', path: '/v1/billable_metrics', reply: 'json', body: true, keyed: true },
  getBillableMetricStats: { method: 'GET', path: '/v1/billable_metrics/stats', reply: 'json' },
  getBillableMetric: { method: 'GET', path: '/v1/billable_metrics/{metric_id}', reply: 'json' },
  updateBillableMetric: { method: 'PUT', path: '/v1/billable_metrics/{metric_id}', reply: 'json', body: true },
  deleteBillableMetric: { method: 'DELETE', path: '/v1/billable_metrics/{metric_id}', reply: 'none' },
  listBillableMetricFilters: { method: 'GET', path: '/v1/billable_metrics/{code}/filters', reply: 'list' },
  createBillableMetricFilter: { method: 'POST', path: '/v1/billable_metrics/{code}/filters', reply: 'json', body: true, keyed: true },
  deleteBillableMetricFilter: { method: 'DELETE', path: '/v1/billable_metrics/{code}/filters/{filter_id}', reply: 'none' },
  listPlans: { method: 'GET', path: '/v1/plans', reply: 'list' },
  createPlan: { method: 'POST', path: '/v1/plans', reply: 'json', body: true, keyed: true },
  getPlan: { method: 'GET', path: '/v1/plans/{plan_id}', reply: 'json' },
  updatePlan: { method: 'PUT', path: '/v1/plans/{plan_id}', reply: 'json', body: true },
  deletePlan: { method: 'DELETE', path: '/v1/plans/{plan_id}', reply: 'none' },
  simulatePlan: { method: 'POST', path: '/v1/plans/{plan_id}/simulate', reply: 'json', body: true },
  countPlansPerBillableMetric: { method: 'GET', path: '/v1/billable_metrics/plan_counts', reply: 'json' },
  listPlansOfBillableMetric: { method: 'GET', path: '/v1/billable_metrics/{metric_id}/plans', reply: 'list' },
  listPlanCommitments: { method: 'GET', path: '/v1/plans/{plan_code}/commitments', reply: 'list' },
  createPlanCommitment: { method: 'POST', path: '/v1/plans/{plan_code}/commitments', reply: 'json', body: true, keyed: true },
  updateCommitment: { method: 'PUT', path: '/v1/commitments/{commitment_id}', reply: 'json', body: true },
  deleteCommitment: { method: 'DELETE', path: '/v1/commitments/{commitment_id}', reply: 'none' },
  listAddOns: { method: 'GET', path: '/v1/add_ons', reply: 'list' },
  createAddOn: { method: 'POST', path: '/v1/add_ons', reply: 'json', body: true, keyed: true },
  countApplicationsPerAddOn: { method: 'GET', path: '/v1/add_ons/application_counts', reply: 'json' },
  getAddOn: { method: 'GET', path: '/v1/add_ons/{code}', reply: 'json' },
  updateAddOn: { method: 'PUT', path: '/v1/add_ons/{code}', reply: 'json', body: true },
  deleteAddOn: { method: 'DELETE', path: '/v1/add_ons/{code}', reply: 'none' },
  listTaxes: { method: 'GET', path: '/v1/taxes', reply: 'list' },
  createTax: { method: 'POST', path: '/v1/taxes', reply: 'json', body: true, keyed: true },
  getTax: { method: 'GET', path: '/v1/taxes/{code}', reply: 'json' },
  updateTax: { method: 'PUT', path: '/v1/taxes/{code}', reply: 'json', body: true },
  deleteTax: { method: 'DELETE', path: '/v1/taxes/{code}', reply: 'none' },
  listAppliedTaxes: { method: 'GET', path: '/v1/taxes/applied', reply: 'list' },
  applyTax: { method: 'POST', path: '/v1/taxes/apply', reply: 'json', body: true, keyed: true },
  removeAppliedTax: { method: 'DELETE', path: '/v1/taxes/applied/{applied_tax_id}', reply: 'none' },
  countTaxApplications: { method: 'GET', path: '/v1/taxes/application_counts', reply: 'json' },
  listTaxEntities: { method: 'GET', path: '/v1/taxes/{code}/applied_entities', reply: 'json' },
  listFeatures: { method: 'GET', path: '/v1/features', reply: 'list' },
  createFeature: { method: 'POST', path: '/v1/features', reply: 'json', body: true, keyed: true },
  getFeature: { method: 'GET', path: '/v1/features/{code}', reply: 'json' },
  updateFeature: { method: 'PATCH', path: '/v1/features/{code}', reply: 'json', body: true },
  deleteFeature: { method: 'DELETE', path: '/v1/features/{code}', reply: 'none' },
  listBillingEntities: { method: 'GET', path: '/v1/billing_entities', reply: 'list' },
  createBillingEntity: { method: 'POST', path: '/v1/billing_entities', reply: 'json', body: true, keyed: true },
  countCustomersPerBillingEntity: { method: 'GET', path: '/v1/billing_entities/customer_counts', reply: 'json' },
  getBillingEntity: { method: 'GET', path: '/v1/billing_entities/{code}', reply: 'json' },
  updateBillingEntity: { method: 'PATCH', path: '/v1/billing_entities/{code}', reply: 'json', body: true },
  deleteBillingEntity: { method: 'DELETE', path: '/v1/billing_entities/{code}', reply: 'none' },
  listCustomers: { method: 'GET', path: '/v1/customers', reply: 'list' },
  createCustomer: { method: 'POST', path: '/v1/customers', reply: 'json', body: true, keyed: true },
  getCustomer: { method: 'GET', path: '/v1/customers/{customer_id}', reply: 'json' },
  updateCustomer: { method: 'PUT', path: '/v1/customers/{customer_id}', reply: 'json', body: true },
  deleteCustomer: { method: 'DELETE', path: '/v1/customers/{customer_id}', reply: 'none' },
  getCustomerPortalUrl: { method: 'GET', path: '/v1/customers/{external_id}/portal_url', reply: 'json' },
  countSubscriptionsPerPlan: { method: 'GET', path: '/v1/plans/subscription_counts', reply: 'json' },
  listSubscriptions: { method: 'GET', path: '/v1/subscriptions', reply: 'list' },
  createSubscription: { method: 'POST', path: '/v1/subscriptions', reply: 'json', body: true, keyed: true },
  getBillingProgress: { method: 'GET', path: '/v1/subscriptions/billing_progress', reply: 'json' },
  getSubscription: { method: 'GET', path: '/v1/subscriptions/{subscription_id}', reply: 'json' },
  updateSubscription: { method: 'PUT', path: '/v1/subscriptions/{subscription_id}', reply: 'json', body: true },
  terminateSubscription: { method: 'DELETE', path: '/v1/subscriptions/{subscription_id}', reply: 'none' },
  getNextBillingDate: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/next_billing_date', reply: 'json' },
  activateSubscription: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/activate', reply: 'json', keyed: true },
  pauseSubscription: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/pause', reply: 'json', keyed: true },
  resumeSubscription: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/resume', reply: 'json', body: true, keyed: true },
  cancelSubscription: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/cancel', reply: 'json', keyed: true },
  uncancelSubscription: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/uncancel', reply: 'json', keyed: true },
  bulkPauseSubscriptions: { method: 'POST', path: '/v1/subscriptions/bulk_pause', reply: 'json', body: true, keyed: true },
  bulkResumeSubscriptions: { method: 'POST', path: '/v1/subscriptions/bulk_resume', reply: 'json', body: true, keyed: true },
  bulkTerminateSubscriptions: { method: 'POST', path: '/v1/subscriptions/bulk_terminate', reply: 'json', body: true, keyed: true },
  listSubscriptionFixedCharges: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/fixed_charges', reply: 'json' },
  updateSubscriptionFixedCharge: { method: 'PUT', path: '/v1/subscriptions/{subscription_id}/fixed_charges/{add_on_code}', reply: 'json', body: true },
  listPlanUsageThresholds: { method: 'GET', path: '/v1/plans/{plan_code}/usage_thresholds', reply: 'list' },
  createPlanUsageThreshold: { method: 'POST', path: '/v1/plans/{plan_code}/usage_thresholds', reply: 'json', body: true, keyed: true },
  listSubscriptionUsageThresholds: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/usage_thresholds', reply: 'list' },
  createSubscriptionUsageThreshold: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/usage_thresholds', reply: 'json', body: true, keyed: true },
  deleteUsageThreshold: { method: 'DELETE', path: '/v1/usage_thresholds/{threshold_id}', reply: 'none' },
  listCoupons: { method: 'GET', path: '/v1/coupons', reply: 'list' },
  createCoupon: { method: 'POST', path: '/v1/coupons', reply: 'json', body: true, keyed: true },
  getCoupon: { method: 'GET', path: '/v1/coupons/{code}', reply: 'json' },
  updateCoupon: { method: 'PUT', path: '/v1/coupons/{code}', reply: 'json', body: true },
  terminateCoupon: { method: 'DELETE', path: '/v1/coupons/{code}', reply: 'none' },
  applyCoupon: { method: 'POST', path: '/v1/coupons/apply', reply: 'json', body: true, keyed: true },
  removeAppliedCoupon: { method: 'DELETE', path: '/v1/coupons/applied/{applied_coupon_id}', reply: 'none' },
  getCouponAnalytics: { method: 'GET', path: '/v1/coupons/{code}/analytics', reply: 'json' },
  duplicateCoupon: { method: 'POST', path: '/v1/coupons/{code}/duplicate', reply: 'json', keyed: true },
  listCustomerAppliedCoupons: { method: 'GET', path: '/v1/customers/{customer_id}/applied_coupons', reply: 'list' },
  listWallets: { method: 'GET', path: '/v1/wallets', reply: 'list' },
  createWallet: { method: 'POST', path: '/v1/wallets', reply: 'json', body: true, keyed: true },
  transferWalletCredits: { method: 'POST', path: '/v1/wallets/transfer', reply: 'json', body: true, keyed: true },
  getWallet: { method: 'GET', path: '/v1/wallets/{wallet_id}', reply: 'json' },
  updateWallet: { method: 'PUT', path: '/v1/wallets/{wallet_id}', reply: 'json', body: true },
  terminateWallet: { method: 'DELETE', path: '/v1/wallets/{wallet_id}', reply: 'none' },
  topUpWallet: { method: 'POST', path: '/v1/wallets/{wallet_id}/top_up', reply: 'json', body: true, keyed: true },
  listWalletTransactions: { method: 'GET', path: '/v1/wallets/{wallet_id}/transactions', reply: 'list' },
  listWalletCredits: { method: 'GET', path: '/v1/wallets/{wallet_id}/credits', reply: 'list' },
  listWalletConsumptions: { method: 'GET', path: '/v1/wallets/{wallet_id}/consumptions', reply: 'list' },
  getWalletBalanceTimeline: { method: 'GET', path: '/v1/wallets/{wallet_id}/balance_timeline', reply: 'json' },
  getWalletDepletionForecast: { method: 'GET', path: '/v1/wallets/{wallet_id}/depletion_forecast', reply: 'json' },
  listWalletHolds: { method: 'GET', path: '/v1/wallets/{wallet_id}/holds', reply: 'list' },
  createWalletHold: { method: 'POST', path: '/v1/wallets/{wallet_id}/holds', reply: 'json', body: true, keyed: true },
  captureWalletHold: { method: 'POST', path: '/v1/wallets/{wallet_id}/holds/{hold_id}/capture', reply: 'json', body: true, keyed: true },
  releaseWalletHold: { method: 'POST', path: '/v1/wallets/{wallet_id}/holds/{hold_id}/release', reply: 'json', keyed: true },
  createEvent: { method: 'POST', path: '/v1/events', reply: 'json', body: true, keyed: true },
  listEvents: { method: 'GET', path: '/v1/events', reply: 'list' },
  createEventBatch: { method: 'POST', path: '/v1/events/batch', reply: 'json', body: true, keyed: true },
  createDataRecords: { method: 'POST', path: '/v1/dr', reply: 'json', body: true, keyed: true },
  getEventVolume: { method: 'GET', path: '/v1/events/volume', reply: 'json' },
  getEvent: { method: 'GET', path: '/v1/events/{event_id}', reply: 'json' },
  amendEvent: { method: 'POST', path: '/v1/events/{event_id}/amend', reply: 'json', body: true, keyed: true },
  listEventAmendments: { method: 'GET', path: '/v1/events/{event_id}/amendments', reply: 'list' },
  reprocessEvent: { method: 'POST', path: '/v1/events/{event_id}/reprocess', reply: 'json', keyed: true },
  listUnmatchedEvents: { method: 'GET', path: '/v1/events/unmatched', reply: 'list' },
  createBackfill: { method: 'POST', path: '/v1/backfills', reply: 'json', body: true, keyed: true },
  listBackfills: { method: 'GET', path: '/v1/backfills', reply: 'list' },
  fillBackfill: { method: 'POST', path: '/v1/backfills/{backfill_id}/events', reply: 'json', body: true, keyed: true },
  listBackfillEvents: { method: 'GET', path: '/v1/backfills/{backfill_id}/events', reply: 'list' },
  closeBackfill: { method: 'POST', path: '/v1/backfills/{backfill_id}/close', reply: 'json', keyed: true },
  revertBackfill: { method: 'POST', path: '/v1/backfills/{backfill_id}/revert', reply: 'json', keyed: true },
  getBackfill: { method: 'GET', path: '/v1/backfills/{backfill_id}', reply: 'json' },
  getCustomerCurrentUsage: { method: 'GET', path: '/v1/customers/{external_id}/current_usage', reply: 'json' },
  getCustomerProjectedUsage: { method: 'GET', path: '/v1/customers/{external_id}/projected_usage', reply: 'json' },
  getCustomerPastUsage: { method: 'GET', path: '/v1/customers/{external_id}/past_usage', reply: 'json' },
  getSubscriptionCurrentUsage: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/current_usage', reply: 'json' },
  getUsageTrend: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/usage_trend', reply: 'json' },
  estimateEventFees: { method: 'POST', path: '/v1/events/estimate_fees', reply: 'json', body: true },
  getUsageSeries: { method: 'GET', path: '/v1/usage', reply: 'json' },
  listUsageMeters: { method: 'GET', path: '/v1/usage_meters', reply: 'json' },
  countPlansPerFeature: { method: 'GET', path: '/v1/features/plan_counts', reply: 'json' },
  listEntitlements: { method: 'GET', path: '/v1/entitlements', reply: 'list' },
  createEntitlement: { method: 'POST', path: '/v1/entitlements', reply: 'json', body: true, keyed: true },
  copyEntitlements: { method: 'POST', path: '/v1/entitlements/copy', reply: 'json', body: true, keyed: true },
  updateEntitlement: { method: 'PATCH', path: '/v1/entitlements/{entitlement_id}', reply: 'json', body: true },
  deleteEntitlement: { method: 'DELETE', path: '/v1/entitlements/{entitlement_id}', reply: 'none' },
  checkEntitlement: { method: 'GET', path: '/v1/entitlements/check', reply: 'json' },
  listSubscriptionEntitlements: { method: 'GET', path: '/v1/subscriptions/{external_id}/entitlements', reply: 'list' },
  getSubscriptionEntitlement: { method: 'GET', path: '/v1/subscriptions/{external_id}/entitlements/{feature_code}', reply: 'json' },
  overrideSubscriptionEntitlement: { method: 'PUT', path: '/v1/subscriptions/{external_id}/entitlements/{feature_code}', reply: 'json', body: true },
  dropSubscriptionEntitlement: { method: 'DELETE', path: '/v1/subscriptions/{external_id}/entitlements/{feature_code}', reply: 'none' },
  listInvoices: { method: 'GET', path: '/v1/invoices', reply: 'list' },
  createOneOffInvoice: { method: 'POST', path: '/v1/invoices/one_off', reply: 'json', body: true, keyed: true },
  bulkFinalizeInvoices: { method: 'POST', path: '/v1/invoices/bulk_finalize', reply: 'json', body: true, keyed: true },
  bulkVoidInvoices: { method: 'POST', path: '/v1/invoices/bulk_void', reply: 'json', body: true, keyed: true },
  previewInvoice: { method: 'POST', path: '/v1/invoices/preview', reply: 'json', body: true },
  getSubscriptionLifecycle: { method: 'GET', path: '/v1/subscriptions/{subscription_id}/lifecycle', reply: 'json' },
  previewPlanChange: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/change_plan_preview', reply: 'json', body: true },
  previewSubscriptionFixedCharge: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/fixed_charges/{add_on_code}/preview', reply: 'json', body: true },
  invoiceSubscriptionNow: { method: 'POST', path: '/v1/subscriptions/{subscription_id}/invoice_now', reply: 'json', keyed: true },
  getInvoice: { method: 'GET', path: '/v1/invoices/{invoice_id}', reply: 'json' },
  updateInvoice: { method: 'PUT', path: '/v1/invoices/{invoice_id}', reply: 'json', body: true },
  deleteInvoice: { method: 'DELETE', path: '/v1/invoices/{invoice_id}', reply: 'none' },
  finalizeInvoice: { method: 'POST', path: '/v1/invoices/{invoice_id}/finalize', reply: 'json', keyed: true },
  voidInvoice: { method: 'POST', path: '/v1/invoices/{invoice_id}/void', reply: 'json', keyed: true },
  explainInvoice: { method: 'GET', path: '/v1/invoices/{invoice_id}/explain', reply: 'json' },
  previewInvoicePdf: { method: 'GET', path: '/v1/invoices/{invoice_id}/pdf_preview', reply: 'file' },
  downloadInvoicePdf: { method: 'POST', path: '/v1/invoices/{invoice_id}/download_pdf', reply: 'file' },
  listInvoiceSettlements: { method: 'GET', path: '/v1/invoices/{invoice_id}/settlements', reply: 'list' },
  listFees: { method: 'GET', path: '/v1/fees', reply: 'list' },
  getFee: { method: 'GET', path: '/v1/fees/{fee_id}', reply: 'json' },
  updateFee: { method: 'PUT', path: '/v1/fees/{fee_id}', reply: 'json', body: true },
  listFeeEvents: { method: 'GET', path: '/v1/fees/{fee_id}/events', reply: 'list' },
  refreshInvoice: { method: 'POST', path: '/v1/invoices/{invoice_id}/refresh', reply: 'json', keyed: true },
  regenerateInvoice: { method: 'POST', path: '/v1/invoices/{invoice_id}/regenerate', reply: 'json', keyed: true },
  writeOffInvoice: { method: 'POST', path: '/v1/invoices/{invoice_id}/write_off', reply: 'json', keyed: true },
  reverseInvoiceWriteOff: { method: 'POST', path: '/v1/invoices/{invoice_id}/reverse_write_off', reply: 'json', keyed: true },
  diffInvoice: { method: 'GET', path: '/v1/invoices/{invoice_id}/diff', reply: 'json' },
  listCreditNotes: { method: 'GET', path: '/v1/credit_notes', reply: 'list' },
  createCreditNote: { method: 'POST', path: '/v1/credit_notes', reply: 'json', body: true, keyed: true },
  estimateCreditNote: { method: 'POST', path: '/v1/credit_notes/estimate', reply: 'json', body: true },
  getCreditNote: { method: 'GET', path: '/v1/credit_notes/{credit_note_id}', reply: 'json' },
  updateCreditNote: { method: 'PUT', path: '/v1/credit_notes/{credit_note_id}', reply: 'json', body: true },
  finalizeCreditNote: { method: 'POST', path: '/v1/credit_notes/{credit_note_id}/finalize', reply: 'json', keyed: true },
  voidCreditNote: { method: 'POST', path: '/v1/credit_notes/{credit_note_id}/void', reply: 'json', keyed: true },
  downloadCreditNotePdf: { method: 'POST', path: '/v1/credit_notes/{credit_note_id}/download_pdf', reply: 'file' },
  applyAddOn: { method: 'POST', path: '/v1/add_ons/apply', reply: 'json', body: true, keyed: true },
  listAddOnApplications: { method: 'GET', path: '/v1/add_ons/{code}/applications', reply: 'list' },
  listCustomerAppliedAddOns: { method: 'GET', path: '/v1/customers/{customer_id}/applied_add_ons', reply: 'list' },
  listPayments: { method: 'GET', path: '/v1/payments', reply: 'list' },
  getPayment: { method: 'GET', path: '/v1/payments/{payment_id}', reply: 'json' },
  recordPayment: { method: 'POST', path: '/v1/payments/record', reply: 'json', body: true, keyed: true },
  markInvoicePaid: { method: 'POST', path: '/v1/invoices/{invoice_id}/pay', reply: 'json', keyed: true },
  getCustomerHealth: { method: 'GET', path: '/v1/customers/{customer_id}/health', reply: 'json' },
  sendInvoiceEmail: { method: 'POST', path: '/v1/invoices/{invoice_id}/send_email', reply: 'json', keyed: true },
  sendInvoiceReminder: { method: 'POST', path: '/v1/invoices/{invoice_id}/send_reminder', reply: 'json', keyed: true },
  sendCreditNoteEmail: { method: 'POST', path: '/v1/credit_notes/{credit_note_id}/send_email', reply: 'json', keyed: true },
  listUsageAlerts: { method: 'GET', path: '/v1/usage_alerts', reply: 'list' },
  createUsageAlert: { method: 'POST', path: '/v1/usage_alerts', reply: 'json', body: true, keyed: true },
  getUsageAlert: { method: 'GET', path: '/v1/usage_alerts/{alert_id}', reply: 'json' },
  updateUsageAlert: { method: 'PATCH', path: '/v1/usage_alerts/{alert_id}', reply: 'json', body: true },
  deleteUsageAlert: { method: 'DELETE', path: '/v1/usage_alerts/{alert_id}', reply: 'none' },
  getUsageAlertStatus: { method: 'GET', path: '/v1/usage_alerts/{alert_id}/status', reply: 'json' },
  listUsageAlertTriggers: { method: 'GET', path: '/v1/usage_alerts/{alert_id}/triggers', reply: 'list' },
  testUsageAlert: { method: 'POST', path: '/v1/usage_alerts/{alert_id}/test', reply: 'json' },
  listCustomerIntegrationMappings: { method: 'GET', path: '/v1/customers/{customer_id}/integration_mappings', reply: 'json' },
};
