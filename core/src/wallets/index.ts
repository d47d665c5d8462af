export { creditsOf, worthOf } from './credits.ts';
export { forecastDepletion } from './forecastDepletion.ts';
export { type DueFee, dueOfFees, type Lot, payFromWallets, type SpendableWallet, takeFromLots } from './payFromWallets.ts';
