-- API keys name exactly one tenant. They are read before a tenant is known, so they are kept by organization, not by tenant.
create table api_keys (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  tenant_id uuid not null references tenants (id),
  environment text not null check (environment in ('live', 'sandbox')),
  name text,
  key_prefix text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  status text not null default 'active' check (status in ('active', 'revoked')),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index api_keys_by_organization on api_keys (organization_id, created_at desc, id desc);
grant select, insert, update on api_keys to farthing_app;
