export { accounts, sideOf } from './accounts.ts';
export type { Entry } from './entry.ts';
export type { FeeDeferral } from './rules.ts';
export { creditApplied, creditIssued, creditVoided, daysEarned, invoiceFinalized, paymentReceived, refundPaid, reversalOf, writtenOff } from './rules.ts';
export { creditsCaptured, creditsConsumed, creditsDrawn, creditsGranted, creditsHeld, creditsLapsed, creditsMoved, creditsNotSold, creditsPaid, creditsRepaid, type WalletParts } from './walletRules.ts';
