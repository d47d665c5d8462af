export { assertBalanced, InvariantBroken } from './assertBalanced.ts';
export type { FeeDraft, FeeType, InvoiceDraft } from './draft.ts';
export { draftInvoice } from './draftInvoice.ts';
export { type EventSelector, type ExplainKind, type ExplainNode, encodeExplain, leavesSum } from './explain.ts';
export { explainInvoice } from './explainInvoice.ts';
export type {
  BillingFacts,
  ChargeDefinition,
  ChargeFacts,
  CustomerFacts,
  MeasuredUsage,
  MetricFacts,
  SubscriptionFacts,
  UsageFacts,
} from './facts.ts';
export { type ProjectedLine, projectUsage } from './projectUsage.ts';
export { usageFees } from './usageFees.ts';
