-- What the customer wants to find on its invoice, and what it is told there.
alter table invoices add column purchase_order_number text, add column notes text;
