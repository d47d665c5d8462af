import { event } from '../../kernel/event.ts';
import { PaymentResponse } from './payments.schemas.ts';

export const paymentCreated = event({
  name: 'payment.created',
  subject: 'payment',
  action: 'created',
  description: 'A payment was recorded or begun.',
  data: PaymentResponse,
});

export const paymentSucceeded = event({
  name: 'payment.succeeded',
  subject: 'payment',
  action: 'status_changed',
  description: 'Money arrived.',
  data: PaymentResponse,
});
