import type { JsonValue } from '../metering/index.ts';
import { Amount, type Currency, Precise, type Quantity } from '../money/index.ts';
import type { Group } from '../rating/index.ts';
import type { TaxCategory, TaxPart } from '../taxes/index.ts';
import type { Period } from '../time/index.ts';
import { asWritten, type ExplainNode, explainNode, leavesSum } from './explain.ts';

type FeeType = 'subscription' | 'fixed_charge' | 'charge' | 'commitment' | 'add_on' | 'credit';

/**
 * What a fee is for beside its type: the price itself, what is missing to the least amount of a charge (I1), what events that came late
 * add to a period that was billed before (E3), a single event of a charge that is paid in advance (P6), or the usage so far of a period
 * that goes on, which the period's own invoice credits (I1).
 */
type FeeKind = 'regular' | 'minimum' | 'late_usage' | 'in_advance' | 'progressive';

/** One line of an invoice before it is posted. */
export interface FeeDraft {
  /** Whose it is; null for what no subscription is charged for. */
  readonly subscriptionId: string | null;
  readonly type: FeeType;
  readonly kind: FeeKind;
  readonly description: string;
  readonly chargeId: string | null;
  /** Of the plan that it is of; null for what no plan says. */
  readonly planCode: string | null;
  /** Of the plan's minimum that a fee of type commitment makes up for. */
  readonly commitmentId: string | null;
  /** Of the plan whose own fee it is. */
  readonly planId: string | null;
  /** Of the add-on that was applied. */
  readonly addOnId: string | null;
  /** The plan's fixed charge that a fee of that type is for. */
  readonly fixedChargeId: string | null;
  readonly filterId: string | null;
  /** Null without grouping (P4). */
  readonly groupedBy: Group | null;
  readonly metricCode: string | null;
  /** The units shown; of a prorated fee the full ones (M3). */
  readonly units: Quantity;
  readonly eventsCount: bigint;
  /** precise ÷ units, 0 without units; minor units (M3). */
  readonly unitAmount: Precise;
  readonly precise: Precise;
  /** `precise` rounded once (M3). */
  readonly amount: Amount;
  /** What invoices within the period billed of it before: its share of the charge's progressive credit (I1, M6). Coupons and tax see the rest. */
  readonly progressive: Amount;
  /** What coupons take off it: its share of each by largest remainder (M6). */
  readonly coupons: Amount;
  /** Its share of the tax of each group that it is in (M5). */
  readonly taxes: Amount;
  /** What each of its taxes comes to on it. */
  readonly taxParts: readonly TaxPart[];
  /** What was in its price as tax and is taken out of its amount: amount and this are the price. */
  readonly included: Amount;
  /** Of UNCL5305: that of its first tax; O where it has none. */
  readonly taxCategory: TaxCategory;
  /** The period billed before to which late usage adds; null for what this invoice bills for the first time (E3). */
  readonly billedPeriodId: string | null;
  /** The time it covers, half-open (I7). */
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** What it was priced by, as it was. */
  readonly properties: JsonValue;
  readonly explain: ExplainNode;
}

/** What a fee comes to: less what was billed of it before and coupons, with its tax. */
export function totalOfFee({ amount, progressive, coupons, taxes }: Pick<FeeDraft, 'amount' | 'progressive' | 'coupons' | 'taxes'>): Amount {
  return Amount.add(Amount.subtract(Amount.subtract(amount, progressive), coupons), taxes);
}

/** What a charge was billed too much for a period, as events that came late show (E3). */
export interface LateCredit {
  readonly billedPeriodId: string;
  readonly chargeId: string;
  readonly description: string;
  /** Of its price, with the tax in it; more than zero. */
  readonly amount: Amount;
}

/** What an invoice takes of a coupon that its customer has. */
export interface CouponTaken {
  readonly appliedCouponId: string;
  readonly code: string;
  readonly name: string;
  /** More than zero. */
  readonly amount: Amount;
  readonly explain: ExplainNode;
}

/** An invoice before it is posted. */
export interface InvoiceDraft {
  readonly at: Temporal.Instant;
  readonly currency: Currency;
  /** The plan fee's period; of an invoice of usage alone, the usage's (I7); of several subscriptions, from the first start to the last end. */
  readonly billingPeriod: Period;
  readonly fees: readonly FeeDraft[];
  /** What late events make cheaper than it was billed; it becomes credit notes (E3). */
  readonly lateCredits: readonly LateCredit[];
  /** The sum of the fees. */
  readonly subtotal: Amount;
  readonly progressiveCredit: Amount;
  readonly coupons: Amount;
  /** What each coupon takes, in the order in which they act; none takes nothing. */
  readonly couponsTaken: readonly CouponTaken[];
  readonly tax: Amount;
  /** The breakdown groups, which sum to the tax (M5). */
  readonly taxes: readonly TaxPart[];
  /** subtotal − progressive credit − coupons + tax (I7). */
  readonly total: Amount;
}

/** What one subscription brings to an invoice, before what is the whole's is done to it. */
export type PartDraft = Pick<InvoiceDraft, 'fees' | 'lateCredits' | 'progressiveCredit'>;

/** What later steps work out. */
type Later = 'subscriptionId' | 'progressive' | 'coupons' | 'taxes' | 'taxParts' | 'included' | 'taxCategory';

/** What a fee is made of before its rounding and its explanation are worked out. */
export interface FeeParts extends Omit<FeeDraft, Later | 'unitAmount' | 'amount' | 'explain' | 'billedPeriodId' | 'commitmentId' | 'addOnId' | 'fixedChargeId' | 'planId' | 'planCode'> {
  readonly planCode?: string | null;
  readonly planId?: string | null;
  readonly addOnId?: string | null;
  readonly commitmentId?: string | null;
  readonly fixedChargeId?: string;
  readonly billedPeriodId?: string;
  /** How `precise` came about. */
  readonly price: ExplainNode;
  /** How the units came about, for usage. */
  readonly quantity: ExplainNode | null;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Posts the amount of a fee: rounds once and shows what the rounding did (M3). Later steps credit what was billed before, take coupons off it and put tax on it. */
export function feeOf(parts: FeeParts): FeeDraft {
  const { price, quantity, inputs, billedPeriodId = null, commitmentId = null, addOnId = null, fixedChargeId = null, planId = null, planCode = null, ...fee } = parts;
  const amount = Precise.toAmount(fee.precise);
  const posted = Precise.ofMinor(amount);
  const written = asWritten(price);
  const rounding = explainNode('rounding', 'Rounded to whole minor units, half away from zero', {
    inputs: { from: Precise.toString(fee.precise), to: Precise.toString(posted) },
    amount: Precise.subtract(posted, leavesSum(written)),
  });
  const explain = explainNode('fee', fee.description, {
    inputs,
    amount: posted,
    children: quantity === null ? [written, rounding] : [quantity, written, rounding],
  });
  const untouched: Pick<FeeDraft, Later> = {
    subscriptionId: null,
    progressive: Amount.zero,
    coupons: Amount.zero,
    taxes: Amount.zero,
    taxParts: [],
    included: Amount.zero,
    taxCategory: 'O',
  };
  return { ...fee, ...untouched, billedPeriodId, commitmentId, addOnId, fixedChargeId, planId, planCode, amount, unitAmount: Precise.perUnit(fee.precise, fee.units), explain };
}
