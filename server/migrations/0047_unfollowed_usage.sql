-- Usage of a subscription that a follower of arriving usage could not take: from which transaction on, how often it was tried, and when it is
-- tried again, in real time. A row is gone once its usage was taken.
create table unfollowed_usage (
  tenant_id uuid not null references tenants (id),
  follower text not null,
  subscription_id uuid not null,
  since_xid xid8 not null,
  cluster bigint not null default app.cluster(),
  attempts integer not null default 1,
  retry_at timestamptz not null,
  last_error text not null,
  created_at timestamptz not null,
  primary key (tenant_id, follower, subscription_id),
  foreign key (tenant_id, subscription_id) references subscriptions (tenant_id, id)
);
call app.scope_to_tenant('unfollowed_usage');
