import { event } from '../../kernel/event.ts';
import { AddOnResponse } from './addOns.schemas.ts';

const declare = (action: 'created' | 'updated' | 'deleted', description: string) =>
  event({ name: `add_on.${action}`, subject: 'add_on', action, description, data: AddOnResponse });

export const addOnCreated = declare('created', 'An add-on was created.');
export const addOnUpdated = declare('updated', 'An add-on changed.');
export const addOnDeleted = declare('deleted', 'An add-on was deleted; what was billed for it is kept.');
