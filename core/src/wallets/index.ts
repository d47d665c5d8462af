export { creditsOf, worthOf } from './credits.ts';
export { availableOf, type CreditStanding, isLimitReached } from './creditLimit.ts';
export { dueFees } from './dueFees.ts';
export { forecastDepletion } from './forecastDepletion.ts';
export { ongoingBalances, type UnbilledFee, type WalletBalance } from './ongoingBalances.ts';
export { type DueFee, type Lot, payFromWallets, type SpendableWallet, takeFromLots } from './payFromWallets.ts';
export { isBelow, nextTopUpAt, type TopUpRule, type TopUpSize, topUpAmount } from './topUpRules.ts';
