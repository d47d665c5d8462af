import { describe, expect, it } from 'vitest';
import { Amount, Quantity } from '../money/index.ts';
import { closedPeriod, type InvoiceKind, type SubscriptionTerms } from '../subscriptions/index.ts';
import { local, spanOf, termsOf } from '../subscriptions/testing.ts';
import type { ChargeFacts } from './index.ts';
import { chargeOf, draftSingle, factsAt, propertiesOf, used } from './testing.ts';

const calls = (count: number): ChargeFacts => chargeOf('calls', 'count', propertiesOf('standard', { amount: '1' }), used(String(count), count));

/** The lines of an invoice of a plan of 49.00 with a minimum of 100.00, of which this much was posted on invoices before. */
function lines(terms: SubscriptionTerms, at: string, kind: InvoiceKind, charges: readonly ChargeFacts[] = [calls(10)], posted = 0): string[] {
  const period = closedPeriod(terms, local(at, terms.zone), kind);
  const commitment = period === null ? null : { id: 'c', amount: Amount.of(10_000), displayName: 'Minimum', period, posted: Amount.of(posted) };
  const { fees } = draftSingle({ ...factsAt(at, kind, charges, terms), commitment });
  return fees.map(({ type, description, amount }) => `${type} ${description} ${amount}`);
}

const inArrears = termsOf({ startedAt: '2026-01-01' });
const inAdvance = termsOf({ startedAt: '2026-01-01', plan: { payInAdvance: true } });

/** Changed, at a time and with its day, to a plan of 98.00. */
function changed(terms: SubscriptionTerms, at: string): SubscriptionTerms {
  const turn = { at: local(at, terms.zone), day: Temporal.PlainDate.from(at.slice(0, 10)) };
  const next = { ...terms, opened: turn, plan: { ...terms.plan, id: 'plan-scale', code: 'scale', name: 'Scale', amount: Amount.of(9800) } };
  return { ...terms, closed: turn, successor: { terms: next, proration: 'day' } };
}

describe('a minimum commitment (I1)', () => {
  it.each<[string, string[], string[]]>([
    // 49.00 and 10 calls at 1.00 are 59.00; 41.00 are missing.
    ['in arrears', lines(inArrears, '2026-02-01', 'periodic'), ['subscription Growth 4900', 'charge calls 1000', 'commitment Minimum 4100']],
    ['reached', lines(inArrears, '2026-02-01', 'periodic', [calls(51)]), ['subscription Growth 4900', 'charge calls 5100']],
    // January's fee was posted with the invoice of its start; the fee on this invoice is February's and does not count.
    ['in advance', lines(inAdvance, '2026-02-01', 'periodic', [calls(10)], 4900), ['subscription Growth 4900', 'charge calls 1000', 'commitment Minimum 4100']],
    // From the 15th: 17 of 31 days. 10000 × 17 ÷ 31 = 5483.870…, less 2687 and 1000: 1796.870…, posted 1797.
    [
      'of a part of a period',
      lines(termsOf(), '2026-02-01', 'periodic'),
      ['subscription Growth (17 of 31 days) 2687', 'charge calls 1000', 'commitment Minimum (17 of 31 days) 1797'],
    ],
    // Three days after the trial: 10000 × 3 ÷ 31 = 967.741…, less 474: 493.741…, posted 494. Usage of the trial counts.
    [
      'after a trial',
      lines(termsOf({ trialEndsAt: '2026-01-29 10:00' }), '2026-02-01', 'periodic', []),
      ['subscription Growth (3 of 31 days) 474', 'commitment Minimum (3 of 31 days) 494'],
    ],
    // To the 10th, 18:00: 10 of 31 days. 10000 × 10 ÷ 31 = 3225.806…, less 1581 and 1000: 644.806…, posted 645.
    [
      'of a subscription that ends',
      lines(inArrears, '2026-01-10 18:00', 'termination'),
      ['subscription Growth (10 of 31 days) 1581', 'charge calls 1000', 'commitment Minimum (10 of 31 days) 645'],
    ],
    // To the 10th, which is the new plan's: 9 of 31 days. 10000 × 9 ÷ 31 = 2903.225…, less 1423 and 1000: 480.225…, posted 480.
    [
      'of a plan that is changed within a period',
      lines(changed(inArrears, '2026-01-10 12:00'), '2026-01-10 12:00', 'plan_change'),
      ['subscription Growth (9 of 31 days) 1423', 'charge calls 1000', 'commitment Minimum (9 of 31 days) 480'],
    ],
    // 49.00 were paid, 3477 of them credited for 22 days: 1423 of the old plan. The new plan's 22 days do not count for it.
    [
      'of a plan in advance that is changed within a period',
      lines(changed(inAdvance, '2026-01-10 12:00'), '2026-01-10 12:00', 'plan_change', [calls(10)], 1423),
      ['subscription Scale (22 of 31 days) 6955', 'charge calls 1000', 'commitment Minimum (9 of 31 days) 480'],
    ],
    // A change agreed on for the end of the period: all of January.
    [
      'of a plan that is changed at the end of a period',
      lines(changed(inArrears, '2026-02-01'), '2026-02-01', 'plan_change'),
      ['subscription Growth 4900', 'charge calls 1000', 'commitment Minimum 4100'],
    ],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('is that of the plan’s own period where usage is cut monthly', () => {
    const quarter = termsOf({ startedAt: '2026-01-01', plan: { interval: 'quarterly', billChargesMonthly: true } });
    expect(closedPeriod(quarter, local('2026-02-01', quarter.zone), 'periodic')).toBeNull();
    // January and February had 20.00 of usage; with 49.00 and 10.00 that is 79.00.
    expect(lines(quarter, '2026-04-01', 'periodic', [calls(10)], 2000)).toEqual(['subscription Growth 4900', 'charge calls 1000', 'commitment Minimum 2100']);
  });

  it('is none where the plan before a change stays due to the end of the period', () => {
    const turn = { at: local('2026-01-10 12:00', inAdvance.zone), day: Temporal.PlainDate.from('2026-02-01') };
    expect(closedPeriod({ ...inAdvance, closed: turn }, turn.at, 'plan_change')).toBeNull();
  });

  // Computed again after a change by the day, the first change has closed with that one's day: all of the days before it count once, for the plan between.
  it('is none where the difference gave the whole period to a plan that is left on the same day', () => {
    const [at, day] = [local('2026-01-10 12:00', inAdvance.zone), Temporal.PlainDate.from('2026-01-10')];
    const between = { ...inAdvance, opened: { at, day: Temporal.PlainDate.from('2026-01-01') }, closed: { at: at.add({ hours: 2 }), day } };
    expect(closedPeriod({ ...inAdvance, closed: { at, day }, successor: { terms: between, proration: 'difference' } }, at, 'plan_change')).toBeNull();
    const { days, usage } = closedPeriod(between, between.closed.at, 'plan_change') ?? expect.fail('it closes the plan between');
    expect([`${days.numerator}/${days.denominator}`, spanOf(usage, inAdvance.zone)]).toEqual(['9/31', '2026-01-01..2026-01-10 14:00:00']);
  });

  // February opened where January closed, at midnight in London, whatever the zone is now. 49.00 and 51.00 are all of 100.00.
  it.each<[string, string]>([
    ['west', 'America/New_York'],
    ['east', 'Asia/Kolkata'],
  ])('counts all of a period in which the customer moved %s', (_name, zone) => {
    const at = Temporal.Instant.from('2026-02-01T00:00Z');
    const moved = termsOf({ startedAt: '2026-01-01', startZone: 'Europe/London', zone, billedThrough: { at, day: Temporal.PlainDate.from('2026-02-01') } });
    expect(lines(moved, '2026-03-01', 'periodic', [calls(51)])).toEqual(['subscription Growth 4900', 'charge calls 5100']);
    expect(closedPeriod(moved, local('2026-03-01', zone), 'periodic')?.usage).toEqual({ start: at, end: local('2026-03-01', zone) });
  });

  // January was closed on 1 February at midnight; the change at noon leaves no day of February to the old plan.
  it('is none of a period that was closed before the plan is changed on the day after it', () => {
    const at = local('2026-02-01', inArrears.zone);
    const billed = { ...inArrears, billedThrough: { at, day: Temporal.PlainDate.from('2026-02-01') } };
    expect(lines(changed(billed, '2026-02-01 12:00'), '2026-02-01 12:00', 'plan_change')).toEqual(['charge calls 1000']);
  });

  // Usage is told apart by the instant of the change, fees by its day. After a move to New York the fee that began at midnight in London is still this plan's.
  it('counts for each of two plans what is its own', () => {
    const at = local('2026-01-10 12:00', 'Europe/London');
    const turn = { at, day: Temporal.PlainDate.from('2026-01-10') };
    const old = { ...termsOf({ startedAt: '2026-01-01', zone: 'Europe/London' }), closed: turn };
    const own = { ...old, closed: null, opened: turn };
    const { fees, usage } = closedPeriod({ ...old, successor: { terms: own, proration: 'day' } }, at, 'plan_change') ?? expect.fail('it closes the old one');
    expect([spanOf(fees, old.zone), spanOf(usage, old.zone)]).toEqual(['2026-01-01..2026-01-10', '2026-01-01..2026-01-10 12:00:00']);
    const zone = 'America/New_York';
    const moved = closedPeriod({ ...own, zone, startZone: old.zone }, local('2026-02-01', zone), 'periodic') ?? expect.fail('it closes the new one');
    expect([spanOf(moved.fees, zone), spanOf(moved.usage, zone)]).toEqual(['2026-01-09 12:00:00..2026-02-01', '2026-01-10 07:00:00..2026-02-01']);
  });

  // An invoice that was asked for billed 70 calls; 40 were taken back since, which gives back 40.00. 49.00, 70.00 and 2.00 less 40.00 are 81.00.
  it('makes up for usage that was billed and is given back', () => {
    const period = closedPeriod(inArrears, local('2026-02-01', inArrears.zone), 'periodic') ?? expect.fail('January closes');
    const commitment = { id: 'c', amount: Amount.of(10_000), displayName: 'Minimum', period, posted: Amount.of(7200) };
    const line = { chargeId: 'charge-calls', displayName: 'Calls', filterId: null, group: null, amount: Amount.of(7000), units: Quantity.parse('70'), eventsCount: 70n };
    const usage = { billedPeriodId: 'asked', through: local('2026-01-20', inArrears.zone), lines: [line] };
    const { fees, lateCredits } = draftSingle({ ...factsAt('2026-02-01', 'periodic', [calls(30)], inArrears), commitment, interim: { planFees: [], usage } });
    expect(lateCredits.map(({ amount }) => Amount.toNumber(amount))).toEqual([4000]);
    expect(fees.map(({ type, amount }) => `${type} ${amount}`)).toEqual(['subscription 4900', 'commitment 1900']);
  });

  it('is none in a trial, at a start, and where the end skips its invoice', () => {
    const trial = termsOf({ trialEndsAt: '2026-02-10' });
    expect(closedPeriod(trial, local('2026-02-01', trial.zone), 'periodic')).toBeNull();
    expect(closedPeriod(inArrears, local('2026-01-01', inArrears.zone), 'start')).toBeNull();
    expect(closedPeriod({ ...inArrears, terminationAction: 'skip' }, local('2026-01-10', inArrears.zone), 'termination')).toBeNull();
  });
});
