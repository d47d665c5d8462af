import { Amount, amountCodec, currencyCodec } from '@farthing/core/money';
import { z } from 'zod';
import { code, instant, text, uuid } from '../../kernel/wire.ts';

const amount = amountCodec
  .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
  .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'What one costs, in minor units.' } });

const fields = {
  name: text(1, 255),
  description: text(0, 5000).nullable(),
  amount_cents: amount,
  amount_currency: currencyCodec,
  invoice_display_name: text(1, 255).nullable().meta({ description: 'What invoices call it; its name unless given.' }),
};

export const AddOnCreate = z
  .strictObject({ code: code(255), ...fields })
  .partial()
  .required({ code: true, name: true, amount_cents: true })
  .meta({ id: 'AddOnCreate' });

export const AddOnUpdate = z.strictObject(fields).partial().meta({ id: 'AddOnUpdate' });

export const AddOnResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    code: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    amount_cents: amountCodec,
    amount_currency: z.string(),
    invoice_display_name: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'AddOnResponse' });

export const AddOnApplicationCounts = z.record(uuid, z.int()).meta({ id: 'AddOnApplicationCounts' });

/** A code, an id or its prefixed form. */
export const addOnParams = z.object({ code: z.string().min(1).max(300) });
