export {
  type BillingTime,
  type Calendar,
  type DatePeriod,
  type Interval,
  monthlyCuts,
  nextBoundary,
  periodAfter,
  periodAt,
  periodOnDay,
  previousPeriod,
} from './calendar.ts';
export { localDate, localMidnight, trialEnd } from './localDay.ts';
export { Period, proration } from './period.ts';
