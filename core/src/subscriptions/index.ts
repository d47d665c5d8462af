export { type AdvanceFee, creditForUnusedDays, type UnusedDays } from './credit.ts';
export { type InvoiceKind, type InvoicePlan, invoiceKinds, invoicePlan, type PlanFeeLine } from './invoicePlan.ts';
export {
  currentPeriod,
  currentPlanPeriod,
  type DueKind,
  type DueWork,
  dueWork,
  invoiceKindOf,
  nextBillingDate,
  nextInvoice,
  overdueWork,
  pastPeriods,
} from './schedule.ts';
export { dayAfter, type FeeSpan, type UsageDays, type UsageSpan } from './spans.ts';
export {
  type StatusBeforeCancel,
  type SubscriptionAction,
  type SubscriptionRefusal,
  type SubscriptionStatus,
  subscriptionActions,
  subscriptionStatuses,
  type Transition,
  transition,
} from './states.ts';
export {
  type BilledThrough,
  calendarOf,
  endOf,
  type PlanTerms,
  type SubscriptionTerms,
  type TerminationAction,
  terminationActions,
} from './terms.ts';
