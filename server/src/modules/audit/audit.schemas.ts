import { z } from 'zod';
import { instant, parseId, text, uuid } from '../../kernel/wire.ts';

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

/** An id of any kind of resource: a UUID or a prefixed form, whatever the prefix. */
const anyId = z
  .string()
  .max(64)
  .transform((given, context) => {
    const id = parseId(given.slice(0, Math.max(0, given.lastIndexOf('_'))), given);
    if (id !== null) return id;
    context.addIssue({ code: 'custom', message: 'Expected a UUID or a prefixed id.' });
    return z.NEVER;
  })
  .meta({ description: 'A UUID or a prefixed id.' });

export const auditFilters = {
  resource_type: text(1, 100).optional().meta({ description: 'Such as customer, plan or invoice.' }),
  resource_id: anyId.optional(),
  action: actions.optional(),
  actor_type: z.enum(['api_key', 'admin', 'user', 'webhook', 'system']).optional(),
  start_date: instant.optional().meta({ description: 'Entries from this instant on.' }),
  end_date: instant.optional().meta({ description: 'Entries before this instant.' }),
};

export const resourceParams = z.object({ resource_type: text(1, 100), resource_id: anyId });
