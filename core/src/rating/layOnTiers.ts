/** Pricing units on tiers: graduated and graduated_percentage share it, plain and prorated (P2, P5). */
import { type ProratedUsage, weightedUnits } from '../metering/index.ts';
import { type Currency, Fraction, Precise, Quantity, Rate } from '../money/index.ts';
import { type Tier, tierHolding } from './tiers.ts';
import { negativeUsage, type Priced, pricedBy, type Step, step, type Usage } from './usage.ts';

/** What a tier's rate is: a price of each unit, or a percentage of an amount in major units. */
export type RateKind = 'price' | 'percent';

/** Each tier's units at its rate, each reached tier's flat amount once; at zero usage the first tier counts as reached (P2). */
export function layOnTiers(tiers: readonly Tier[], kind: RateKind, usage: Usage, currency: Currency): Priced {
  if (Quantity.isNegative(usage.units)) return negativeUsage(usage.units);
  if (usage.prorated !== undefined) return layProrated(tiers, kind, usage.units, usage.prorated, currency);
  const steps: Step[] = [];
  let lower = Quantity.zero;
  for (const [index, tier] of tiers.entries()) {
    if (index > 0 && Quantity.compare(usage.units, lower) <= 0) break;
    const upper = tier.to === null ? usage.units : Quantity.min(usage.units, tier.to);
    const units = Quantity.subtract(upper, lower);
    const amount = Precise.add(rated(units, tier.rate, kind, currency), Precise.ofMajor(tier.flat, currency));
    steps.push(tierStep(tier, index, lower, kind, units, amount));
    lower = tier.to ?? usage.units;
  }
  return pricedBy(steps);
}

/**
 * Full units are laid on the tiers at the running total in order of time; what each weighs is priced where it lies, and what goes
 * away gives back there; every tier the running total reached bills its flat amount once and whole (P5). Where the metric rounds
 * the weighted quantity (P3), the difference is priced in the highest tier reached. Products are summed exactly over the days of
 * the period and divided once, so the last step takes what the others' own quotients leave (M3).
 */
function layProrated(
  tiers: readonly Tier[],
  kind: RateKind,
  weighted: Quantity,
  usage: ProratedUsage,
  currency: Currency,
): Priced {
  const { unitDays, peak } = unitDaysPerTier(tiers, usage);
  const perDay = Fraction.of(1, usage.periodDays);
  const top = tierHolding(tiers, peak).index;
  if (Quantity.compare(weighted, weightedUnits(usage)) !== 0) {
    const target = Quantity.multiply(weighted, Quantity.fromInteger(usage.periodDays));
    const difference = Quantity.subtract(target, totalUnitDays(usage));
    unitDays[top] = Quantity.add(unitDays[top] ?? Quantity.zero, difference);
  }

  const steps: Step[] = [];
  let exact = Precise.zero;
  let lower = Quantity.zero;
  for (const [index, tier] of tiers.slice(0, top + 1).entries()) {
    const days = unitDays[index] ?? Quantity.zero;
    const flat = Precise.ofMajor(tier.flat, currency);
    const product = Precise.add(
      rated(days, tier.rate, kind, currency),
      Precise.times(flat, Quantity.fromInteger(usage.periodDays)),
    );
    exact = Precise.add(exact, product);
    const units = Quantity.scale(days, perDay);
    steps.push(tierStep(tier, index, lower, kind, units, Precise.scale(product, perDay)));
    lower = tier.to ?? lower;
  }
  return pricedBy(settled(steps, Precise.scale(exact, perDay)));
}

/** Lays every entry from the running total before it to the one after; units below zero lie on no tier and cost nothing. */
function unitDaysPerTier(tiers: readonly Tier[], usage: ProratedUsage): { unitDays: Quantity[]; peak: Quantity } {
  const unitDays = tiers.map(() => Quantity.zero);
  let total = Quantity.zero;
  let peak = Quantity.zero;
  for (const { units, days } of usage.entries) {
    const before = total;
    total = Quantity.add(total, units);
    peak = Quantity.max(peak, total);
    let lower = Quantity.zero;
    for (const [index, { to }] of tiers.entries()) {
      const moved = Quantity.subtract(within(total, lower, to), within(before, lower, to));
      const weighed = Quantity.multiply(moved, Quantity.fromInteger(days));
      unitDays[index] = Quantity.add(unitDays[index] ?? Quantity.zero, weighed);
      lower = to ?? lower;
    }
  }
  return { unitDays, peak };
}

/** How much of (lower, upper] a total covers. */
function within(total: Quantity, lower: Quantity, upper: Quantity | null): Quantity {
  const capped = upper === null ? total : Quantity.min(total, upper);
  return Quantity.max(Quantity.zero, Quantity.subtract(capped, lower));
}

function totalUnitDays({ entries }: ProratedUsage): Quantity {
  return entries.reduce(
    (total, { units, days }) => Quantity.add(total, Quantity.multiply(units, Quantity.fromInteger(days))),
    Quantity.zero,
  );
}

/** Steps that sum to `amount` exactly: the last one takes the difference. */
function settled(steps: readonly Step[], amount: Precise): readonly Step[] {
  const last = steps.at(-1);
  if (last === undefined) return steps;
  const others = steps.slice(0, -1);
  const rest = Precise.subtract(amount, Precise.sum(others.map((s) => s.amount)));
  return [...others, { ...last, amount: rest }];
}

/** Units at a rate in minor units: units × price, or percent of an amount given in major units. */
export function rated(units: Quantity, rate: Rate, kind: RateKind, currency: Currency): Precise {
  if (kind === 'price') return Precise.price(units, rate, currency);
  return Precise.percentOf(Precise.price(units, Rate.one, currency), rate);
}

/** The step of the tier at `index`, which begins above `lower`. */
export function tierStep(
  tier: Tier,
  index: number,
  lower: Quantity,
  kind: RateKind,
  units: Quantity,
  amount: Precise,
): Step {
  const rate = kind === 'price' ? { unitPrice: tier.rate } : { percent: tier.rate };
  return step(`tier ${index + 1}: ${boundsLabel(tier, index, lower)}`, amount, { units, flat: tier.flat, ...rate });
}

function boundsLabel({ to }: Tier, index: number, lower: Quantity): string {
  if (to === null) return index === 0 ? 'all units' : `above ${Quantity.toString(lower)}`;
  const upper = Quantity.toString(to);
  return index === 0 ? `0 to ${upper}` : `above ${Quantity.toString(lower)} to ${upper}`;
}
