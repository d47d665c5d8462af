import { amountCodec, nonNegativeRateCodec, Rate, rateCodec } from '@farthing/core/money';
import { taxableTypes, taxCategories } from '@farthing/core/taxes';
import { z } from 'zod';
import { anyId, code, idInput, instant, text, uuid } from '../../kernel/wire.ts';

const most = Rate.parse('1000');

const rate = nonNegativeRateCodec
  .refine((value) => Rate.decimalPlaces(value) <= 4, 'Must have at most four decimals.')
  .refine((value) => Rate.compare(value, most) < 0, 'Must be below 1000 percent.')
  .meta({ override: { type: ['string', 'number'], maxLength: 200, description: 'Percent: "20.0" is 20 %. At most four decimals.' } });

const category = z.enum(taxCategories);
const fields = {
  name: text(1, 255),
  rate,
  description: text(0, 5000).nullable().meta({ description: 'Where no tax is charged, why: invoices say it.' }),
  category: category.nullable().meta({ description: 'Of UNCL5305. S where there is a rate and Z where there is none, unless given.' }),
  jurisdiction: text(1, 100).nullable().meta({ description: 'For whom it is collected; its code unless given.' }),
  compound: z.boolean().meta({ description: 'On top of the net amount and the taxes before it.' }),
  inclusive: z.boolean().meta({ description: 'Prices have it in them: net = price ÷ (1 + rate).' }),
  applied_to_organization: z.boolean().meta({ description: 'Applies wherever nothing more particular does.' }),
};

export const TaxCreate = z
  .strictObject({ code: code(255), ...fields })
  .partial()
  .required({ code: true, name: true, rate: true })
  .meta({ id: 'TaxCreate' });

export const TaxUpdate = z.strictObject(fields).partial().meta({ id: 'TaxUpdate' });

export const TaxResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    rate: rateCodec,
    description: z.string().nullable(),
    category,
    jurisdiction: z.string().nullable(),
    compound: z.boolean(),
    inclusive: z.boolean(),
    applied_to_organization: z.boolean(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'TaxResponse' });

const taxableType = z.enum(taxableTypes);

export const ApplyTaxRequest = z
  .strictObject({
    tax_code: z.string().min(1).max(300).meta({ description: 'A code, id or prefixed id.' }),
    taxable_type: taxableType,
    taxable_id: anyId,
  })
  .meta({ id: 'ApplyTaxRequest' });

export const AppliedTaxResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    tax_id: uuid,
    taxable_type: z.enum([...taxableTypes, 'fee']),
    taxable_id: uuid,
    tax_rate: rateCodec,
    tax_amount_cents: amountCodec.meta({ description: 'What it came to, on a fee; else 0.' }),
    tax_name: z.string(),
    tax_code: z.string(),
    created_at: instant,
  })
  .meta({ id: 'AppliedTaxResponse' });

export const TaxApplicationCountsResponse = z
  .object({ counts: z.record(uuid, z.int()).meta({ description: 'By the id of the tax.' }) })
  .meta({ id: 'TaxApplicationCountsResponse' });

export const TaxAppliedEntitiesResponse = z
  .object({
    tax_id: uuid,
    tax_code: z.string(),
    entities: z.array(z.object({ taxable_type: taxableType, taxable_id: uuid, code: z.string().nullable(), name: z.string().nullable() })),
  })
  .meta({ id: 'TaxAppliedEntitiesResponse' });

/** A code, an id or its prefixed form. */
export const taxParams = z.object({ code: z.string().min(1).max(300) });
export const appliedTaxParams = z.object({ applied_tax_id: idInput('atx') });

export const appliedFilters = {
  taxable_type: z.enum([...taxableTypes, 'fee']).meta({ description: 'fee: what the taxes of an invoice’s line came to.' }),
  taxable_id: anyId,
};
