export { type ClosedPeriod, closedPeriod } from './closedPeriod.ts';
export { creditForUnusedDays } from './credit.ts';
export { fallsDue, type FixedFeeLine, type InvoiceKind, type InvoicePlan, invoiceKinds, invoicePlan, type PlanFeeLine } from './invoicePlan.ts';
export { paidDays } from './paidDays.ts';
export {
  boundaryInvoice,
  cancellationEnd,
  currentPeriod,
  currentPlanPeriod,
  type DueWork,
  dueWork,
  invoiceKindOf,
  nextBillingDate,
  nextInvoice,
  overdueWork,
  pastPeriods,
  usagePeriodAt,
} from './schedule.ts';
export { changeDays, compareYearly, endOfPlanPeriod, givesBack, priceOfRest, samePeriods } from './planChange.ts';
export { dayAfter, openDay, partOf, type UsageSpan } from './spans.ts';
export {
  type StatusBeforeCancel,
  type SubscriptionAction,
  type SubscriptionRefusal,
  type SubscriptionStatus,
  subscriptionActions,
  subscriptionStatuses,
  transition,
} from './states.ts';
export {
  type BilledThrough,
  endOf,
  type Pause,
  type PlanTerms,
  type Proration,
  prorations,
  type SubscriptionTerms,
  type Successor,
  type Turn,
  terminationActions,
} from './terms.ts';
export { type HeldUnits, type UnitsChange, unitsOn, unitsOver } from './units.ts';
