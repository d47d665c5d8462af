import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

const newAddOn = ({ must, name }: World) => must('POST', '/v1/add_ons', { code: name(), name: name(), amount_cents: 500, amount_currency: 'USD' });

async function appliedAddOn(world: World): Promise<string> {
  const { code } = await newAddOn(world);
  for (const _ of [1, 2]) await world.must('POST', '/v1/add_ons/apply', { add_on_code: code, customer_id: world.made.customer.id, billing: 'next_invoice' });
  return code;
}

const addOns: Record<string, Fixture> = {
  listAddOns: async (world) => {
    await newAddOn(world);
    return {};
  },
  createAddOn: ({ name }) => ({ body: { code: name(), name: name(), amount_cents: 500, amount_currency: 'USD', invoice_display_name: name() } }),
  countApplicationsPerAddOn: () => ({}),
  getAddOn: async (world) => ({ params: { code: (await newAddOn(world)).code } }),
  updateAddOn: async (world) => ({ params: { code: (await newAddOn(world)).code }, body: { name: world.name(), amount_cents: 700 } }),
  applyAddOn: async (world) => ({
    body: { add_on_code: (await newAddOn(world)).code, customer_id: world.made.customer.id, amount_cents: 100, amount_currency: 'USD', billing: 'next_invoice' },
  }),
  listAddOnApplications: async (world) => ({ params: { code: await appliedAddOn(world) } }),
  listCustomerAppliedAddOns: async (world) => {
    await appliedAddOn(world);
    return { params: { customer_id: world.made.customer.id } };
  },
  deleteAddOn: async (world) => ({ params: { code: (await newAddOn(world)).code } }),
};

const newTax = ({ must, name }: World, more: object = {}) => must('POST', '/v1/taxes', { code: name(), name: name(), rate: '20.0', ...more });

/** A tax that applies to a plan of its own, so that no invoice of this world has it. */
async function appliedTax(world: World) {
  const tax = await newTax(world);
  return world.must('POST', '/v1/taxes/apply', { tax_code: tax.code, taxable_type: 'plan', taxable_id: (await world.newPlan()).id });
}

const taxes: Record<string, Fixture> = {
  listTaxes: async (world) => {
    await newTax(world);
    return {};
  },
  createTax: ({ name }) => ({ body: { code: name(), name: name(), rate: '7.7', category: 'S', jurisdiction: 'CH', compound: false, inclusive: true } }),
  getTax: async (world) => ({ params: { code: (await newTax(world)).code } }),
  updateTax: async (world) => ({ params: { code: (await newTax(world)).code }, body: { name: world.name(), rate: '8.1' } }),
  deleteTax: async (world) => ({ params: { code: (await newTax(world)).code } }),
  listAppliedTaxes: async (world) => {
    const { taxable_type, taxable_id } = await appliedTax(world);
    return { query: { taxable_type, taxable_id } };
  },
  applyTax: async (world) => ({ body: { tax_code: (await newTax(world)).code, taxable_type: 'plan', taxable_id: (await world.newPlan()).id } }),
  removeAppliedTax: async (world) => ({ params: { applied_tax_id: (await appliedTax(world)).id } }),
  countTaxApplications: () => ({}),
  listTaxEntities: async (world) => ({ params: { code: (await appliedTax(world)).tax_code } }),
};

/** Good calls of what is sold and taxed beside plans. */
export const priceFixtures: Readonly<Record<string, Fixture>> = { ...addOns, ...taxes };
