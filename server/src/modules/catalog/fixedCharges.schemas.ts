import { nonNegativeQuantityCodec, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { jsonObject, text, uuid } from '../../kernel/wire.ts';

/** Models that price a number of units; the others price events. */
const model = z.enum(['standard', 'graduated', 'volume']);

export const FixedChargeInput = z
  .strictObject({
    add_on_code: text(1, 255).meta({ description: 'What it is an amount of. A plan has one fixed charge for each add-on.' }),
    units: nonNegativeQuantityCodec.meta({ description: 'Default: 1.' }),
    charge_model: model.meta({ description: 'Default: standard.' }),
    properties: jsonObject(65_536).meta({ description: 'By charge model, prices in major units. Without an amount, standard takes the add-on’s present price.' }),
    pay_in_advance: z.boolean().meta({ description: 'Whether it is paid with the period that opens, or with the one that closes. Default: false.' }),
    prorated: z.boolean().meta({ description: 'Whether part of a period costs only its days. Default: false, the whole price.' }),
  })
  .partial()
  .required({ add_on_code: true })
  .meta({ id: 'FixedChargeInput' });

export const FixedChargeOutput = z
  .object({
    id: uuid,
    add_on_id: uuid,
    add_on_code: z.string(),
    units: quantityCodec,
    charge_model: model,
    properties: z.record(z.string(), z.unknown()),
    pay_in_advance: z.boolean(),
    prorated: z.boolean(),
  })
  .meta({ id: 'FixedChargeOutput' });
