import { Amount, Rate } from '@farthing/core/money';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { publicId } from '../../kernel/wire.ts';
import { applyTax, presentApplied, removeApplied } from './applyTax.ts';
import { createTax, deleteTax, presentTax, updateTax } from './saveTax.ts';
import {
  AppliedTaxResponse,
  ApplyTaxRequest,
  appliedFilters,
  appliedTaxParams,
  TaxApplicationCountsResponse,
  TaxAppliedEntitiesResponse,
  TaxCreate,
  TaxResponse,
  TaxUpdate,
  taxParams,
} from './taxes.schemas.ts';
import { countApplied, entitiesOf, findTax, listApplied, listFeeTaxes, listTaxes } from './taxes.sql.ts';

const tag = 'Taxes';
const path = '/v1/taxes';
const read = 'taxes:read';
const write = 'taxes:write';
const one = { path: `${path}/{code}`, tag, params: taxParams } as const;

type FeeTax = Awaited<ReturnType<typeof listFeeTaxes>>['items'][number];

const presentFeeTax = (row: FeeTax) => ({
  id: row.id,
  public_id: publicId('atx', row.id),
  tax_id: row.tax_id ?? '',
  taxable_type: 'fee' as const,
  taxable_id: row.fee_id,
  tax_rate: Rate.restore(row.tax_rate),
  tax_amount_cents: Amount.of(row.amount_cents),
  tax_name: row.tax_name,
  tax_code: row.tax_code,
  created_at: row.created_at,
});

const taxes: Operation[] = [
  query({
    id: 'listTaxes',
    method: 'GET',
    path,
    tag,
    summary: 'List taxes',
    permission: read,
    query: listQuery({}),
    returns: { list: TaxResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listTaxes(db, page);
      return { ...found, items: found.items.map(presentTax) };
    },
  }),
  command({
    id: 'createTax',
    method: 'POST',
    path,
    tag,
    summary: 'Create a tax',
    description: 'A rate in percent. It applies where it is applied to; with `applied_to_organization` wherever nothing more particular does.',
    permission: write,
    status: 201,
    body: TaxCreate,
    returns: TaxResponse,
    problems: { code_taken: 'another tax has this code' },
    handle: ({ body, tx }) => createTax(tx, body),
  }),
  query({
    id: 'getTax',
    method: 'GET',
    ...one,
    summary: 'Get a tax',
    description: 'By `code`, id or prefixed id (`tax_…`).',
    permission: read,
    returns: TaxResponse,
    handle: async ({ params, read: { db } }) => {
      const row = await findTax(db, params.code);
      if (row === undefined) throw notFound('tax');
      return presentTax(row);
    },
  }),
  command({
    id: 'updateTax',
    method: 'PUT',
    ...one,
    summary: 'Update a tax',
    description: 'Partial: what is absent stays, an explicit null clears. Drafts that are computed anew follow it; a finalized invoice never changes.',
    permission: write,
    body: TaxUpdate,
    returns: TaxResponse,
    handle: ({ params, body, tx }) => updateTax(tx, params.code, body),
  }),
  command({
    id: 'deleteTax',
    method: 'DELETE',
    ...one,
    summary: 'Delete a tax',
    description: 'It applies to nothing any more; what was invoiced with it is kept.',
    permission: write,
    returns: null,
    handle: ({ params, tx }) => deleteTax(tx, params.code),
  }),
];

const applications: Operation[] = [
  query({
    id: 'listAppliedTaxes',
    method: 'GET',
    path: `${path}/applied`,
    tag,
    summary: 'List the taxes applied to something',
    permission: read,
    query: listQuery(appliedFilters),
    returns: { list: AppliedTaxResponse },
    handle: async ({ query: { taxable_type: type, taxable_id: id, ...page }, read: { db } }) => {
      if (type === 'fee') {
        const found = await listFeeTaxes(db, id, page);
        return { ...found, items: found.items.map(presentFeeTax) };
      }
      const found = await listApplied(db, type, id, page);
      return { ...found, items: found.items.map(presentApplied) };
    },
  }),
  command({
    id: 'applyTax',
    method: 'POST',
    path: `${path}/apply`,
    tag,
    summary: 'Apply a tax to something',
    description: 'Of the levels charge, add-on or commitment, plan, customer, billing entity and organization, the first that has any taxes decides; several of one level add up.',
    permission: write,
    status: 201,
    body: ApplyTaxRequest,
    returns: AppliedTaxResponse,
    problems: { already_applied: 'the tax applies to it already' },
    handle: ({ body, tx }) => applyTax(tx, body),
  }),
  command({
    id: 'removeAppliedTax',
    method: 'DELETE',
    path: `${path}/applied/{applied_tax_id}`,
    tag,
    summary: 'Remove an applied tax',
    permission: write,
    params: appliedTaxParams,
    returns: null,
    handle: ({ params, tx }) => removeApplied(tx, params.applied_tax_id),
  }),
  query({
    id: 'countTaxApplications',
    method: 'GET',
    path: `${path}/application_counts`,
    tag,
    summary: 'Count to how much each tax applies',
    permission: read,
    returns: TaxApplicationCountsResponse,
    handle: async ({ read: { db } }) => ({ counts: await countApplied(db) }),
  }),
  query({
    id: 'listTaxEntities',
    method: 'GET',
    path: `${path}/{code}/applied_entities`,
    tag,
    summary: 'Get what a tax applies to',
    permission: read,
    params: taxParams,
    returns: TaxAppliedEntitiesResponse,
    handle: async ({ params, read: { db } }) => {
      const tax = await findTax(db, params.code);
      if (tax === undefined) throw notFound('tax');
      return { tax_id: tax.id, tax_code: tax.code, entities: [...(await entitiesOf(db, tax.id))] };
    },
  }),
];

export const taxesOperations: Operation[] = [...taxes, ...applications];
