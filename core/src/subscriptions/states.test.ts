import { describe, expect, it } from 'vitest';
import { subscriptionActions, subscriptionStatuses, transition } from './index.ts';

// Every cell by hand: rows are statuses, columns actions; "-" is a refusal.
const expected = `
             activate  pause   resume  cancel    uncancel  terminate   update    change_plan
  pending    active    -       -       canceled  -         terminated  pending   pending
  active     -         paused  -       canceled  -         terminated  active    active
  paused     -         -       active  canceled  -         terminated  paused    -
  canceled   -         -       -       -         active    terminated  canceled  -
  terminated -         -       -       -         -         -           -         -
`;

describe('the state table', () => {
  it('answers every action in every status', () => {
    const [header, ...rows] = expected.trim().split('\n').map((line) => line.trim().split(/\s+/));
    expect(header).toEqual([...subscriptionActions]);
    expect(rows.map(([status]) => status)).toEqual([...subscriptionStatuses]);
    for (const [index, status] of subscriptionStatuses.entries()) {
      const cells = subscriptionActions.map((action) => {
        const next = transition(status, action);
        return next.ok ? next.status : '-';
      });
      expect([status, ...cells]).toEqual(rows[index]);
    }
  });

  it('says what the subscription is not, or is already', () => {
    const refusal = (...[status, action]: Parameters<typeof transition>) => {
      const next = transition(status, action);
      return next.ok ? next.status : next.refusal;
    };
    expect(refusal('active', 'activate')).toBe('subscription_not_pending');
    expect(refusal('paused', 'pause')).toBe('subscription_not_active');
    expect(refusal('paused', 'change_plan')).toBe('subscription_not_active');
    expect(refusal('active', 'resume')).toBe('subscription_not_paused');
    expect(refusal('active', 'uncancel')).toBe('subscription_not_canceled');
    expect(refusal('canceled', 'cancel')).toBe('subscription_already_canceled');
    expect(refusal('canceled', 'resume')).toBe('subscription_canceled');
    expect(refusal('terminated', 'terminate')).toBe('subscription_terminated');
  });

  it('gives back with a cancellation what was there before', () => {
    for (const before of ['pending', 'active', 'paused'] as const) {
      expect(transition('canceled', 'uncancel', before)).toEqual({ ok: true, status: before });
    }
  });
});
