/** What scenarios read of the API's replies; the names are the API's own. */

export interface WireFee {
  readonly subscription_id: string | null;
  readonly invoice_id: string | null;
  readonly kind: string;
  readonly id: string;
  readonly description: string;
  readonly units: string;
  readonly unit_amount_cents: string;
  readonly precise_amount_cents: string;
  readonly amount_cents: number;
  readonly coupons_amount_cents: number;
  readonly grouped_by: Readonly<Record<string, string | null>>;
  readonly metric_code: string | null;
  readonly from_datetime: string;
  readonly to_datetime: string;
}

export interface WireInvoice {
  readonly id: string;
  readonly invoice_number: string | null;
  readonly subscription_id: string | null;
  readonly subscriptions: readonly { readonly subscription_id: string }[];
  readonly status: string;
  readonly billing_period_start: string;
  readonly billing_period_end: string;
  readonly currency: string;
  readonly subtotal_cents: number;
  readonly progressive_billing_credit_amount_cents: number;
  readonly coupons_amount_cents: number;
  readonly coupons: readonly { readonly coupon_name: string; readonly amount_cents: number }[];
  readonly tax_amount_cents: number;
  readonly total_cents: number;
  readonly credit_notes_amount_cents: number;
  readonly prepaid_credit_amount_cents: number;
  readonly amount_paid_cents: number;
  readonly amount_due_cents: number;
  readonly finalize_at: string | null;
  readonly issued_at: string | null;
  readonly created_at: string;
  readonly fees: readonly WireFee[];
}

export interface WirePreview extends Pick<WireInvoice, 'billing_period_start' | 'billing_period_end' | 'currency' | 'subtotal_cents' | 'coupons_amount_cents' | 'total_cents' | 'fees'> {
  readonly issuing_at: string;
}

export interface WireCreditNote {
  readonly number: string;
  readonly invoice_id: string;
  readonly currency: string;
  readonly description: string;
  readonly total_amount_cents: number;
  readonly coupons_amount_cents: number;
  readonly taxes_amount_cents: number;
  readonly offset_amount_cents: number;
  readonly credit_amount_cents: number;
  readonly refund_amount_cents: number;
  readonly balance_amount_cents: number;
  readonly items: readonly { readonly amount_cents: number }[];
}

export interface WireExplainNode {
  readonly amount_cents: string | null;
  readonly children: readonly WireExplainNode[];
}
