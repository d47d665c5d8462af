import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { findPlan } from './catalog.sql.ts';
import { CommitmentCreate, CommitmentResponse, CommitmentUpdate, commitmentParams, commitmentPlanParams } from './commitments.schemas.ts';
import { listCommitments } from './commitments.sql.ts';
import { createCommitment, deleteCommitment, presentCommitment, updateCommitment } from './saveCommitment.ts';

const tag = 'Commitments';
const ofPlan = { path: '/v1/plans/{plan_code}/commitments', tag, params: commitmentPlanParams } as const;
const one = { path: '/v1/commitments/{commitment_id}', tag, params: commitmentParams } as const;

export const commitmentsOperations: Operation[] = [
  query({
    id: 'listPlanCommitments',
    method: 'GET',
    ...ofPlan,
    summary: 'List a plan’s commitments',
    permission: 'plans:read',
    query: listQuery({}),
    returns: { list: CommitmentResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      const plan = await findPlan(db, params.plan_code);
      if (plan === undefined) throw notFound('plan');
      const found = await listCommitments(db, plan.id, page);
      return { ...found, items: found.items.map(presentCommitment) };
    },
  }),
  command({
    id: 'createPlanCommitment',
    method: 'POST',
    ...ofPlan,
    summary: 'Give a plan a minimum commitment',
    description: 'What a period of the plan costs at least, plan fee and usage together. The invoice that closes the period has a line for what is missing.',
    permission: 'plans:write',
    status: 201,
    body: CommitmentCreate,
    returns: CommitmentResponse,
    problems: { commitment_exists: 'the plan has one' },
    handle: ({ params, body, tx }) => createCommitment(tx, params.plan_code, body),
  }),
  command({
    id: 'updateCommitment',
    method: 'PUT',
    ...one,
    summary: 'Update a commitment',
    permission: 'plans:write',
    body: CommitmentUpdate,
    returns: CommitmentResponse,
    handle: ({ params, body, tx }) => updateCommitment(tx, params.commitment_id, body),
  }),
  command({
    id: 'deleteCommitment',
    method: 'DELETE',
    ...one,
    summary: 'Delete a commitment',
    permission: 'plans:write',
    returns: null,
    handle: ({ params, tx }) => deleteCommitment(tx, params.commitment_id),
  }),
];
