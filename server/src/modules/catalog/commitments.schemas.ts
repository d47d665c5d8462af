import { Amount, amountCodec } from '@farthing/core/money';
import { z } from 'zod';
import { idInput, instant, text, uuid } from '../../kernel/wire.ts';

const amount = amountCodec
  .refine((value) => !Amount.isNegative(value), 'Must not be negative.')
  .meta({ override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'What a full period of the plan costs at least, in minor units of its currency.' } });

const fields = {
  commitment_type: z.literal('minimum_commitment'),
  amount_cents: amount,
  invoice_display_name: text(1, 255).nullable(),
};

export const CommitmentCreate = z.strictObject(fields).partial().required({ amount_cents: true }).meta({ id: 'CommitmentCreateAPI' });

export const CommitmentUpdate = z.strictObject(fields).partial().meta({ id: 'CommitmentUpdate' });

export const CommitmentResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    plan_id: uuid,
    commitment_type: z.literal('minimum_commitment'),
    amount_cents: amountCodec,
    invoice_display_name: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'CommitmentResponse' });

export const commitmentParams = z.object({ commitment_id: idInput('com') });
export const commitmentPlanParams = z.object({ plan_code: z.string().min(1).max(300) });
