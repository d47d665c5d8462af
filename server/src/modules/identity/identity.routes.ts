import { z } from 'zod';
import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { createOrganization } from './createOrganization.ts';
import {
  ApiKeyCreate,
  ApiKeyCreateResponse,
  ApiKeyListResponse,
  apiKeyParams,
  OrganizationCreate,
  OrganizationCreateResponse,
  OrganizationResponse,
  OrganizationUpdate,
  organizationParams,
  OrgBrandingResponse,
  slugParams,
  TestClock,
  TestClockAdvance,
  TestClockSet,
} from './identity.schemas.ts';
import { findOrganization, findOrganizationBySlug, findTenant, listKeys, listOrganizations } from './identity.sql.ts';
import { createKey, manageable, revokeKey, rotateKey } from './manageKeys.ts';
import { presentClock, presentKey, presentOrganization } from './presentIdentity.ts';
import { advanceClock, requireSandbox, setClock } from './testClock.ts';
import { deleteOrganization, updateOrganization } from './updateOrganization.ts';

const tag = 'Organizations';

const organizations: Operation[] = [
  query({
    id: 'listOrganizations',
    method: 'GET',
    path: '/v1/organizations',
    tag,
    summary: 'List organizations',
    realm: 'admin',
    query: listQuery({}),
    returns: { list: OrganizationResponse },
    handle: async ({ query: page, read }) => {
      const found = await listOrganizations(read.db, page);
      return { ...found, items: found.items.map(presentOrganization) };
    },
  }),
  command({
    id: 'createOrganization',
    method: 'POST',
    path: '/v1/organizations',
    tag,
    summary: 'Create an organization',
    description: 'Creates the organization with a live and a sandbox environment and one API key for each, shown once.',
    realm: 'admin',
    status: 201,
    secret: true,
    body: OrganizationCreate,
    returns: OrganizationCreateResponse,
    handle: ({ body, tx }) => createOrganization(tx, body),
  }),
  command({
    id: 'deleteOrganization',
    method: 'DELETE',
    path: '/v1/organizations/{org_id}',
    tag,
    summary: 'Close an organization',
    description: 'Its keys stop working at once; its records are kept.',
    realm: 'admin',
    params: organizationParams,
    returns: null,
    handle: ({ params, tx }) => deleteOrganization(tx, params.org_id),
  }),
  query({
    id: 'getOrganizationBranding',
    method: 'GET',
    path: '/v1/organizations/by-slug/{slug}',
    tag,
    summary: 'Get an organization’s branding',
    description: 'For pages that are shown before anybody has logged in.',
    realm: 'public',
    params: slugParams,
    returns: OrgBrandingResponse,
    handle: async ({ params, read }) => {
      const row = await findOrganizationBySlug(read.db, params.slug);
      if (row === undefined) throw notFound('organization');
      return row;
    },
  }),
  query({
    id: 'getCurrentOrganization',
    method: 'GET',
    path: '/v1/organizations/current',
    tag,
    summary: 'Get the current organization',
    permission: 'organization:read',
    returns: OrganizationResponse,
    handle: async ({ read }) => {
      const row = await findOrganization(read.db, read.scope.tenant.organizationId);
      if (row === undefined) throw notFound('organization');
      return presentOrganization(row);
    },
  }),
  command({
    id: 'updateCurrentOrganization',
    method: 'PUT',
    path: '/v1/organizations/current',
    tag,
    summary: 'Update the current organization',
    permission: 'organization:write',
    body: OrganizationUpdate,
    returns: OrganizationResponse,
    handle: ({ body, tx }) => updateOrganization(tx, body),
  }),
];

const keys: Operation[] = [
  query({
    id: 'listApiKeys',
    method: 'GET',
    path: '/v1/organizations/current/api_keys',
    tag,
    summary: 'List API keys',
    permission: 'api_keys:read',
    query: listQuery({}),
    returns: { list: ApiKeyListResponse },
    handle: async ({ query: page, read }) => {
      const found = await listKeys(read.db, read.scope.tenant.organizationId, manageable(read.scope), page);
      return { ...found, items: found.items.map(presentKey) };
    },
  }),
  command({
    id: 'createApiKey',
    method: 'POST',
    path: '/v1/organizations/current/api_keys',
    tag,
    summary: 'Create an API key',
    description: 'The key is shown once. It gets at most the scopes of the calling key.',
    permission: 'api_keys:write',
    status: 201,
    secret: true,
    body: ApiKeyCreate,
    returns: ApiKeyCreateResponse,
    handle: ({ body, tx }) => createKey(tx, body),
  }),
  command({
    id: 'rotateApiKey',
    method: 'POST',
    path: '/v1/organizations/current/api_keys/{api_key_id}/rotate',
    tag,
    summary: 'Rotate an API key',
    description: 'Revokes the key at once and answers its successor, shown once.',
    permission: 'api_keys:write',
    secret: true,
    params: apiKeyParams,
    returns: ApiKeyCreateResponse,
    handle: ({ params, tx }) => rotateKey(tx, params.api_key_id),
  }),
  command({
    id: 'revokeApiKey',
    method: 'DELETE',
    path: '/v1/organizations/current/api_keys/{api_key_id}',
    tag,
    summary: 'Revoke an API key',
    permission: 'api_keys:write',
    params: apiKeyParams,
    returns: null,
    silent: 'revoking a revoked key changes nothing',
    handle: ({ params, tx }) => revokeKey(tx, params.api_key_id),
  }),
];

const clock: Operation[] = [
  query({
    id: 'getTestClock',
    method: 'GET',
    path: '/v1/test_clock',
    tag: 'Test clock',
    summary: 'Get the test clock',
    permission: 'test_clock:read',
    returns: TestClock,
    handle: async ({ read }) => {
      requireSandbox(read.scope);
      return presentClock(await findTenant(read.db, read.scope.tenant.id));
    },
  }),
  command({
    id: 'setTestClock',
    method: 'POST',
    path: '/v1/test_clock',
    tag: 'Test clock',
    summary: 'Set the test clock',
    description: 'In any direction while the sandbox has no subscription; afterwards forward only, running what falls due.',
    permission: 'test_clock:write',
    body: TestClockSet,
    returns: TestClock,
    handle: ({ body, tx }) => setClock(tx, body.now),
  }),
  command({
    id: 'advanceTestClock',
    method: 'POST',
    path: '/v1/test_clock/advance',
    tag: 'Test clock',
    summary: 'Advance the test clock',
    description: 'Runs everything that falls due on the way, in order of due time; poll until the status is ready.',
    permission: 'test_clock:write',
    body: TestClockAdvance,
    returns: TestClock,
    handle: ({ body, tx }) => advanceClock(tx, body.to),
  }),
];

/** Tells who the server is, to anybody. */
const root = query({
  id: 'getRoot',
  method: 'GET',
  path: '/',
  tag: 'Operations',
  summary: 'Root',
  realm: 'public',
  returns: z.object({ app: z.string(), version: z.string(), domain: z.string(), status: z.literal('running') }).meta({ id: 'Root' }),
  handle: async () => ({ app: 'Farthing', version: '0.1.0', domain: 'localhost', status: 'running' as const }),
});

export const identityOperations: Operation[] = [...organizations, ...keys, ...clock, root];
