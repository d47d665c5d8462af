import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { AddOnApplicationCounts, AddOnCreate, AddOnResponse, AddOnUpdate, addOnParams } from './addOns.schemas.ts';
import { countApplications, findAddOn, listAddOns } from './addOns.sql.ts';
import { createAddOn, deleteAddOn, presentAddOn, updateAddOn } from './saveAddOn.ts';

const tag = 'Add-ons';
const path = '/v1/add_ons';
const read = 'add_ons:read';
const write = 'add_ons:write';
const one = { path: `${path}/{code}`, tag, params: addOnParams } as const;

export const addOnsOperations: Operation[] = [
  query({
    id: 'listAddOns',
    method: 'GET',
    path,
    tag,
    summary: 'List add-ons',
    permission: read,
    query: listQuery({}),
    returns: { list: AddOnResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listAddOns(db, page);
      return { ...found, items: found.items.map(presentAddOn) };
    },
  }),
  command({
    id: 'createAddOn',
    method: 'POST',
    path,
    tag,
    summary: 'Create an add-on',
    description: 'Something that is sold apart from plans, at a fixed price.',
    permission: write,
    status: 201,
    body: AddOnCreate,
    returns: AddOnResponse,
    problems: { code_taken: 'another add-on has this code' },
    handle: ({ body, tx }) => createAddOn(tx, body),
  }),
  query({
    id: 'countApplicationsPerAddOn',
    method: 'GET',
    path: `${path}/application_counts`,
    tag,
    summary: 'Count applications per add-on',
    permission: read,
    returns: AddOnApplicationCounts,
    handle: ({ read: { db } }) => countApplications(db),
  }),
  query({
    id: 'getAddOn',
    method: 'GET',
    ...one,
    summary: 'Get an add-on',
    description: 'By `code`, id or prefixed id (`addon_…`).',
    permission: read,
    returns: AddOnResponse,
    handle: async ({ params, read: { db } }) => {
      const row = await findAddOn(db, params.code);
      if (row === undefined) throw notFound('add-on');
      return presentAddOn(row);
    },
  }),
  command({
    id: 'updateAddOn',
    method: 'PUT',
    ...one,
    summary: 'Update an add-on',
    description: 'Partial: what is absent stays, an explicit null clears. What was applied before keeps its price.',
    permission: write,
    body: AddOnUpdate,
    returns: AddOnResponse,
    handle: ({ params, body, tx }) => updateAddOn(tx, params.code, body),
  }),
  command({
    id: 'deleteAddOn',
    method: 'DELETE',
    ...one,
    summary: 'Delete an add-on',
    description: 'Hides the add-on; what was billed for it is kept.',
    permission: write,
    returns: null,
    handle: ({ params, tx }) => deleteAddOn(tx, params.code),
  }),
];
