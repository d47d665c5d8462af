import { Quantity, quantityCodec } from '@farthing/core/money';
import { z } from 'zod';
import { instant, uuid } from '../../kernel/wire.ts';

const trigger = z.enum(['interval', 'threshold']);
const interval = z.enum(['weekly', 'monthly', 'quarterly', 'yearly']);
const method = z.enum(['fixed', 'target']);
const type = z.enum(['granted', 'purchased']);
const positive = quantityCodec.refine((value) => Quantity.compare(value, Quantity.zero) > 0, 'Must be more than 0.');
const notNegative = quantityCodec.refine((value) => !Quantity.isNegative(value), 'Must not be negative.');

const rule = z.strictObject({
  trigger,
  interval: interval.optional().meta({ description: 'Needed with the trigger interval.' }),
  started_at: instant.optional().meta({ description: 'With the trigger interval: from when, and on which day. Default now.' }),
  threshold_credits: notNegative.optional().meta({ description: 'Needed with the trigger threshold: topped up when the ongoing balance is below.' }),
  method: method.optional().meta({ description: 'Default fixed.' }),
  credits: positive.optional().meta({ description: 'Needed with the method fixed; with a threshold as often as it takes to reach it.' }),
  target_credits: positive.optional().meta({ description: 'Needed with the method target.' }),
  min_credits: positive.optional().meta({ description: 'With the method target: at least.' }),
  max_credits: positive.optional().meta({ description: 'With the method target: at most.' }),
  type: type.optional().meta({ description: 'Default purchased.' }),
});

export const TopUpRules = z.array(rule.meta({ id: 'WalletTopUpRuleInput' })).max(5);
export type TopUpRuleInput = z.output<typeof rule>;

export const TopUpRuleResponse = z
  .object({
    id: uuid,
    trigger,
    interval: interval.nullable(),
    started_at: instant.nullable(),
    threshold_credits: quantityCodec.nullable(),
    method,
    credits: quantityCodec.nullable(),
    target_credits: quantityCodec.nullable(),
    min_credits: quantityCodec.nullable(),
    max_credits: quantityCodec.nullable(),
    type,
  })
  .meta({ id: 'WalletTopUpRule' });
