import { z } from 'zod';
import { instant, uuid } from '../../kernel/wire.ts';

export const CustomerIntegrationMappingResponse = z
  .object({
    id: uuid,
    integration_id: uuid,
    integration_name: z.string(),
    integration_provider: z.string(),
    external_customer_id: z.string().meta({ description: 'What the other system calls the customer.' }),
    settings: z.record(z.string(), z.unknown()).nullable(),
    created_at: instant,
  })
  .meta({ id: 'CustomerIntegrationMappingResponse' });
