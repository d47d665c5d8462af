export { InvariantBroken } from './assertBalanced.ts';
export type { FeeDraft, InvoiceDraft, LateCredit } from './draft.ts';
export { draftInvoice } from './draftInvoice.ts';
export { type ExplainNode, encodeExplain, leavesSum } from './explain.ts';
export { explainInvoice } from './explainInvoice.ts';
export type { BillingFacts, ChargeDefinition, ChargeFacts, LateUsageFacts, MeasuredUsage, MetricFacts, UsageFacts } from './facts.ts';
export { projectUsage } from './projectUsage.ts';
export { usageFees } from './usageFees.ts';
