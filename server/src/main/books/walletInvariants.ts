/** What wallets are held to: statements that answer the rows that break them. */
export const wallets: Readonly<Record<string, string>> = {
  'a wallet holds what its credits hold, and never less than nothing': `
    select w.id as wallet_id, w.balance_cents, w.held_cents, coalesce(sum(c.remaining_cents), 0) as remaining_cents, coalesce(sum(c.held_cents), 0) as held_of_credits_cents
    from wallets w left join wallet_credits c on c.tenant_id = w.tenant_id and c.wallet_id = w.id
    group by w.tenant_id, w.id having w.balance_cents <> coalesce(sum(c.remaining_cents), 0) or w.held_cents <> coalesce(sum(c.held_cents), 0)
      or w.balance_cents < 0 or w.held_cents < 0 or (w.status = 'terminated' and w.balance_cents + w.held_cents <> 0)`,
  'of all credits what was taken, what is held and what is left make up what came': `
    select c.id as credit_id, c.amount_cents, c.remaining_cents, c.held_cents, coalesce(sum(u.amount_cents), 0) as taken_cents
    from wallet_credits c left join wallet_consumptions u on u.tenant_id = c.tenant_id and u.credit_id = c.id
    group by c.tenant_id, c.id having c.remaining_cents + c.held_cents + coalesce(sum(u.amount_cents), 0) <> c.amount_cents
      or c.remaining_cents < 0 or c.held_cents < 0`,
  'credits that were transferred are of the kind of those they were a part of, and no more than were taken of these': `
    select f.id as credit_id, sum(c.amount_cents) as came_cents,
      coalesce((select sum(u.amount_cents) from wallet_consumptions u join wallet_transactions t on t.tenant_id = u.tenant_id and t.id = u.transaction_id
        where u.tenant_id = f.tenant_id and u.credit_id = f.id and t.transaction_status = 'transferred'), 0) as taken_cents
    from wallet_credits c join wallet_credits f on f.tenant_id = c.tenant_id and f.id = c.transferred_from_id
    group by f.tenant_id, f.id having bool_or(c.kind <> f.kind or c.origin_id <> coalesce(f.origin_id, f.id))
      or sum(c.amount_cents) > coalesce((select sum(u.amount_cents) from wallet_consumptions u join wallet_transactions t on t.tenant_id = u.tenant_id and t.id = u.transaction_id
        where u.tenant_id = f.tenant_id and u.credit_id = f.id and t.transaction_status = 'transferred'), 0)`,
  'what is held of credits is what holds keep of them': `
    select c.id as credit_id, c.held_cents, coalesce(sum(p.amount_cents), 0) as kept_cents
    from wallet_credits c left join (select p.* from wallet_hold_parts p join wallet_holds h on h.tenant_id = p.tenant_id and h.id = p.hold_id and h.status = 'pending') p
      on p.tenant_id = c.tenant_id and p.credit_id = c.id
    group by c.tenant_id, c.id having c.held_cents <> coalesce(sum(p.amount_cents), 0)`,
  'a movement of a wallet is the credits it brought or took': `
    select t.id as transaction_id, t.transaction_status, t.amount_cents, coalesce(c.amount_cents, 0) as came_cents, coalesce(u.amount_cents, 0) as taken_cents
    from wallet_transactions t
    left join (select tenant_id, transaction_id, sum(amount_cents) as amount_cents from wallet_credits group by 1, 2) c on c.tenant_id = t.tenant_id and c.transaction_id = t.id
    left join (select tenant_id, transaction_id, sum(amount_cents) as amount_cents from wallet_consumptions group by 1, 2) u on u.tenant_id = t.tenant_id and u.transaction_id = t.id
    where coalesce(c.amount_cents, 0) - coalesce(u.amount_cents, 0)
      <> case when t.status <> 'settled' then 0 when t.transaction_type = 'inbound' then t.amount_cents else -t.amount_cents end`,
  'what wallets paid of an invoice is what it says, fee by fee at most what the fee came to': `
    select i.id as invoice_id, i.prepaid_credit_amount_cents, coalesce(sum(u.amount_cents), 0) as consumed_cents
    from invoices i left join wallet_consumptions u on u.tenant_id = i.tenant_id and u.invoice_id = i.id
    group by i.tenant_id, i.id having coalesce(sum(u.amount_cents), 0) <> i.prepaid_credit_amount_cents
    union all
    select u.invoice_id, f.total_amount_cents, sum(u.amount_cents) from wallet_consumptions u
    join fees f on f.tenant_id = u.tenant_id and f.id = u.fee_id
    group by f.tenant_id, f.id, u.invoice_id having sum(u.amount_cents) not between 0 and greatest(f.total_amount_cents, 0) or f.invoice_id <> u.invoice_id`,
  'the accounts of a wallet stand where it does': `
    select w.id as wallet_id, w.balance_cents, w.held_cents, coalesce(c.cash_cents, 0) as cash_cents, coalesce(-sum(e.amount_cents), 0) as accounts_cents
    from wallets w
    left join (select tenant_id, wallet_id, sum(remaining_cents) filter (where kind = 'cash') as cash_cents from wallet_credits group by 1, 2) c
      on c.tenant_id = w.tenant_id and c.wallet_id = w.id
    left join ledger_entries e on e.tenant_id = w.tenant_id and e.wallet_id = w.id
    group by w.tenant_id, w.id, c.cash_cents
    having coalesce(-sum(e.amount_cents) filter (where e.account in ('wallet_cash', 'wallet_promotional')), 0) <> w.balance_cents
      or coalesce(-sum(e.amount_cents) filter (where e.account = 'wallet_cash'), 0) <> coalesce(c.cash_cents, 0)
      or coalesce(-sum(e.amount_cents) filter (where e.account = 'wallet_held'), 0) <> w.held_cents
      or coalesce(sum(e.amount_cents) filter (where e.account = 'wallet_drawn'), 0) <> w.drawn_cents`,
  'what was drawn on credit is held, spent or given back': `
    select w.id as wallet_id, w.drawn_cents, coalesce(sum(c.held_cents), 0) as held_cents, coalesce(sum(c.remaining_cents), 0) as remaining_cents
    from wallets w left join wallet_credits c on c.tenant_id = w.tenant_id and c.wallet_id = w.id and c.is_drawn
    group by w.tenant_id, w.id having w.drawn_cents < coalesce(sum(c.held_cents), 0) or coalesce(sum(c.remaining_cents), 0) <> 0`,
  'credits that were bought come when their invoice is paid, or when the rest of it is given up, and only then': `
    select t.id as transaction_id, t.status, i.status as invoice_status, coalesce(-sum(e.amount_cents), 0) as pending_cents
    from wallet_transactions t left join invoices i on i.tenant_id = t.tenant_id and i.id = t.invoice_id
    left join ledger_postings p on p.tenant_id = t.tenant_id and p.invoice_id = t.invoice_id
    left join ledger_entries e on e.tenant_id = p.tenant_id and e.posting_id = p.id and e.account = 'wallet_pending'
    where t.transaction_status = 'purchased' group by t.tenant_id, t.id, i.tenant_id, i.id
    having i.id is null or case when i.status = 'paid' then t.status <> 'settled' when i.status = 'voided' then t.status <> 'canceled'
        when i.written_off_at is not null then t.status = 'pending' else t.status <> 'pending' end
      or coalesce(-sum(e.amount_cents), 0) <> case t.status when 'pending' then t.amount_cents else 0 end`,
};
