import { event } from '../../kernel/event.ts';
import { PlanResponse } from './catalog.schemas.ts';
import { CommitmentResponse } from './commitments.schemas.ts';

const plan = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `plan.${action}`, subject: 'plan', action, description, data: PlanResponse });

export const planCreated = plan('created', 'A plan was created.');
export const planUpdated = plan('updated', 'A plan or its charges changed.');
export const planDeleted = plan('deleted', 'A plan was deleted; what was billed by it is kept.');

const commitment = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `commitment.${action}`, subject: 'commitment', action, description, data: CommitmentResponse });

export const commitmentCreated = commitment('created', 'A plan got a minimum commitment.');
export const commitmentUpdated = commitment('updated', 'The minimum commitment of a plan changed.');
export const commitmentDeleted = commitment('deleted', 'The minimum commitment of a plan was removed.');
