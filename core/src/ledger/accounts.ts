/** On which side an account usually stands: what we have and what it cost on the debit side, what we owe and earn on the credit side. */
export type Side = 'debit' | 'credit';

/** The chart of accounts. Each is kept per tenant and currency; tax payable besides per jurisdiction and rate. */
const chart = {
  /** What customers owe on finalized invoices. */
  receivable: 'debit',
  /** Money that arrived. */
  cash: 'debit',
  /** What is left of credit notes. */
  customer_credit: 'credit',
  /** What credit notes are to pay back and is not paid yet. */
  refund_payable: 'credit',
  /** What customers paid for and may still spend. */
  wallet_cash: 'credit',
  /** What customers were given and may still spend. */
  wallet_promotional: 'credit',
  /** What is set aside of wallets for usage that is not invoiced yet. */
  wallet_held: 'credit',
  /** What wallets were sold on invoices that are not paid yet. */
  wallet_pending: 'credit',
  /** What customers who pay afterwards took of wallets beyond what was there. */
  wallet_drawn: 'debit',
  /** What customers were given to spend, less what of it lapsed. */
  promotions: 'debit',
  /** What was earned, before discounts. */
  revenue: 'credit',
  /** What was invoiced for days to come, less its discounts. */
  deferred_revenue: 'credit',
  /** Tax collected for an authority. */
  tax_payable: 'credit',
  /** What coupons took off what was earned. */
  discounts: 'debit',
  /** What nobody will pay any more. */
  write_off: 'debit',
} as const satisfies Readonly<Record<string, Side>>;

export type Account = keyof typeof chart;

export const accounts = Object.keys(chart) as readonly Account[];

/** The side on which a balance of this account is shown as positive. */
export const sideOf = (account: Account): Side => chart[account];
