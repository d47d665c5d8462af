import { describe, expect, it } from 'vitest';
import { type Taxable, type TaxFacts, noTaxes, resolveTaxes } from './resolveTaxes.ts';
import { taxOf } from './testing.ts';

const [ofCharge, ofAddOn, ofCommitment, ofPlan, ofCustomer, ofEntity, ofOrganization] = ['1', '2', '3', '4', '5', '6', '7'].map((rate) => [taxOf(rate)]) as [
  ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[], ReturnType<typeof taxOf>[],
];
const planOf = new Map([['charge', 'plan'], ['commitment', 'plan']]);
const everywhere: TaxFacts = {
  exemption: null,
  applied: new Map([['charge', ofCharge], ['add-on', ofAddOn], ['commitment', ofCommitment], ['plan', ofPlan]]),
  planOf,
  general: [ofCustomer, ofEntity, ofOrganization],
};
const onlyPlan: TaxFacts = { ...everywhere, applied: new Map([['plan', ofPlan]]) };
const onlyGeneral: TaxFacts = { ...everywhere, applied: new Map() };

const nothing: Taxable = { chargeId: null, addOnId: null, commitmentId: null, fixedChargeId: null, planId: null };
const charge = { ...nothing, chargeId: 'charge' };
const addOn = { ...nothing, addOnId: 'add-on' };
const commitment = { ...nothing, commitmentId: 'commitment' };
const fixedCharge = { ...nothing, fixedChargeId: 'seats', planId: 'plan' };
const planFee = { ...nothing, planId: 'plan' };

describe('the first level that has any taxes wins', () => {
  it.each([
    ['a charge’s own', everywhere, charge, ofCharge],
    ['an add-on’s own', everywhere, addOn, ofAddOn],
    ['a commitment’s own', everywhere, commitment, ofCommitment],
    ['a plan’s fee is the plan’s', everywhere, planFee, ofPlan],
    ['a fixed charge’s own', { ...everywhere, applied: new Map([['seats', ofAddOn], ['plan', ofPlan]]) }, fixedCharge, ofAddOn],
    ['a fixed charge falls back to its plan', onlyPlan, fixedCharge, ofPlan],
    ['a charge falls back to its plan', onlyPlan, charge, ofPlan],
    ['a commitment falls back to its plan', onlyPlan, commitment, ofPlan],
    ['an add-on has no plan', onlyPlan, addOn, ofCustomer],
    ['a line of its own is the customer’s', everywhere, nothing, ofCustomer],
    ['then the customer', onlyGeneral, charge, ofCustomer],
    ['then the billing entity', { ...onlyGeneral, general: [[], ofEntity, ofOrganization] }, charge, ofEntity],
    ['then the organization', { ...onlyGeneral, general: [[], [], ofOrganization] }, planFee, ofOrganization],
    ['none anywhere', noTaxes, charge, []],
  ])('%s', (_name, facts, fee, expected) => {
    expect(resolveTaxes(facts, fee)).toEqual(expected);
  });
});

it('an exempt customer has one line of nothing that says why, on whatever it buys', () => {
  const exempt: TaxFacts = { ...everywhere, exemption: { category: 'AE', reason: 'Reverse charge' } };
  for (const fee of [charge, addOn, planFee, nothing]) {
    const [only, ...others] = resolveTaxes(exempt, fee);
    expect([only?.category, only?.reason, only?.name, others]).toEqual(['AE', 'Reverse charge', 'Reverse charge', []]);
  }
});
