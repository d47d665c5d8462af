import { z } from 'zod';
import type { Module } from '../../kernel/module.ts';
import { organizationCreated } from '../identity/index.ts';
import * as events from './entities.events.ts';
import { entitiesOperations } from './entities.routes.ts';
import { createEntity } from './saveEntity.ts';

export { countryCode, email, locale } from './entities.schemas.ts';
export { findEntity } from './entities.sql.ts';
export { takeNumber } from './takeNumber.ts';

const seller = z.object({ name: z.string(), default_currency: z.string() });

export const entities: Module = {
  name: 'entities',
  operations: entitiesOperations,
  events: Object.values(events),
  reactions: [
    {
      // Every environment has a default entity from its first moment: an invoice is always issued by somebody.
      name: 'entities.createDefault',
      to: organizationCreated,
      inline: true,
      handle: async (tx, occurred) => {
        const { name, default_currency: currency } = seller.parse(occurred.data);
        await createEntity(tx, { code: 'default', name, is_default: true }, currency);
      },
    },
  ],
};
