import { event } from '../../kernel/event.ts';
import { PlanResponse } from './catalog.schemas.ts';

const plan = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `plan.${action}`, subject: 'plan', action, description, data: PlanResponse });

export const planCreated = plan('created', 'A plan was created.');
export const planUpdated = plan('updated', 'A plan or its charges changed.');
export const planDeleted = plan('deleted', 'A plan was deleted; what was billed by it is kept.');
