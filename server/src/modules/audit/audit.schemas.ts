import { z } from 'zod';
import { anyId, instant, text, uuid } from '../../kernel/wire.ts';

const actions = z.enum(['created', 'updated', 'deleted', 'status_changed']);

export const AuditLogResponse = z
  .object({
    id: uuid,
    public_id: z.string(),
    organization_id: uuid,
    resource_type: z.string(),
    resource_id: uuid,
    action: actions,
    changes: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What differs, as {field: {old, new}}; for what was created or deleted, the resource as it was then.' }),
    actor_type: z.enum(['api_key', 'admin', 'system']),
    actor_id: z.string().nullable(),
    metadata_: z.object({ event_type: z.string(), request_id: z.string().nullable() }),
    created_at: instant,
  })
  .meta({ id: 'AuditLogResponse' });

export const auditFilters = {
  resource_type: text(1, 100).optional().meta({ description: 'Such as customer, plan or invoice.' }),
  resource_id: anyId.optional(),
  action: actions.optional(),
  actor_type: z.enum(['api_key', 'admin', 'user', 'webhook', 'system']).optional(),
  start_date: instant.optional().meta({ description: 'Entries from this instant on.' }),
  end_date: instant.optional().meta({ description: 'Entries before this instant.' }),
};

export const resourceParams = z.object({ resource_type: text(1, 100), resource_id: anyId });
