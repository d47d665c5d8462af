import { aggregationTypes } from '@farthing/core/metering';
import { z } from 'zod';
import { instant } from '../../kernel/wire.ts';

export const UsageMeterResponse = z
  .strictObject({
    id: z.string().meta({ description: 'Of this version of the meter; another set of dimensions is another version.' }),
    code: z.string().meta({ description: 'The code of the events.' }),
    aggregation_type: z.enum(aggregationTypes),
    dimensions: z.string().array().meta({ description: 'The properties by which usage is kept apart: those that filters and pricing groups name.' }),
    state: z.enum(['building', 'ready', 'retired']).meta({
      description: 'Usage is read from a ready one; while one is being built, from the one before it or from the events themselves. It is exact meanwhile.',
    }),
    built_through_customer: z.string().nullable().meta({ description: 'While it is being built: customers are added in the order of their external ids, up to this one so far.' }),
    checked_at: instant.nullable().meta({ description: 'When its hours were last compared with the events.' }),
    created_at: instant,
  })
  .meta({ id: 'UsageMeterResponse' });
