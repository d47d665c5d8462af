import { z } from 'zod';
import { event } from '../../kernel/event.ts';
import { WalletHoldResponse, WalletResponse, WalletTransactionResponse } from './wallets.schemas.ts';

const ofWallet = (name: string, action: 'created' | 'updated' | 'status_changed', description: string) =>
  event({ name: `wallet.${name}`, subject: 'wallet', action, description, data: WalletResponse });

export const walletCreated = ofWallet('created', 'created', 'A wallet was created.');
export const walletUpdated = ofWallet('updated', 'updated', 'The settings of a wallet changed.');
export const walletTerminated = ofWallet('terminated', 'status_changed', 'A wallet ended; what was left of it was voided, or had expired.');

export const walletDepletedOngoingBalance = ofWallet('depleted_ongoing_balance', 'status_changed', 'Nothing is left of a wallet once usage that is not billed yet is counted; once, until something is left again.');

export const walletCreditLimitReached = ofWallet('credit_limit_reached', 'status_changed', 'A customer who pays afterwards owes as much as the credit limit of a wallet allows; once, until it owes less again.');

const ofTransaction = (name: string, action: 'created' | 'status_changed', description: string) =>
  event({ name: `wallet.transaction.${name}`, subject: 'wallet_transaction', action, description, data: WalletTransactionResponse });

export const walletTransactionCreated = ofTransaction('created', 'created', 'Credits came into a wallet, left it, or were bought.');
export const walletTransactionUpdated = ofTransaction('updated', 'status_changed', 'A purchase of credits was paid, or its invoice voided.');

const ofHold = (name: string, action: 'created' | 'status_changed', description: string) =>
  event({ name: `wallet.hold.${name}`, subject: 'wallet_hold', action, description, data: WalletHoldResponse });

export const walletHoldCreated = ofHold('created', 'created', 'Credits were set aside.');
export const walletHoldCaptured = ofHold('captured', 'status_changed', 'Credits that were set aside were spent.');
export const walletHoldReleased = ofHold('released', 'status_changed', 'Credits that were set aside are free again.');

/** Asks whoever makes invoices for one over the credits of a purchase, in the same transaction. */
export const walletPurchaseRequested = event({
  name: 'wallet.purchase_requested',
  subject: 'wallet_transaction',
  action: 'created',
  description: 'Credits are being bought.',
  data: z.object({
    transaction_id: z.string(),
    customer_id: z.string(),
    currency: z.string(),
    wallet_name: z.string().nullable(),
    credits: z.string(),
    rate_amount: z.string(),
    amount_cents: z.int(),
  }),
  webhook: false,
});
