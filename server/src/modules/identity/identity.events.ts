import { event } from '../../kernel/event.ts';
import { ApiKeyListResponse, OrganizationResponse, TestClock } from './identity.schemas.ts';

export const organizationCreated = event({
  name: 'organization.created',
  subject: 'organization',
  action: 'created',
  description: 'An organization was created; one such event in each of its environments.',
  data: OrganizationResponse,
  webhook: false,
});

export const organizationUpdated = event({
  name: 'organization.updated',
  subject: 'organization',
  action: 'updated',
  description: 'The organization changed.',
  data: OrganizationResponse,
  webhook: false,
});

export const organizationDeleted = event({
  name: 'organization.deleted',
  subject: 'organization',
  action: 'deleted',
  description: 'The organization was closed; its records are kept, its keys no longer work.',
  data: OrganizationResponse,
  webhook: false,
});

export const apiKeyCreated = event({
  name: 'api_key.created',
  subject: 'api_key',
  action: 'created',
  description: 'An API key was made.',
  data: ApiKeyListResponse,
  webhook: false,
});

export const apiKeyRevoked = event({
  name: 'api_key.revoked',
  subject: 'api_key',
  action: 'status_changed',
  description: 'An API key was revoked.',
  data: ApiKeyListResponse,
  webhook: false,
});

export const testClockMoved = event({
  name: 'test_clock.moved',
  subject: 'test_clock',
  action: 'updated',
  description: 'The test clock was set, or began to advance.',
  data: TestClock,
  webhook: false,
});
