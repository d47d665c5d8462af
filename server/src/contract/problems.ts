import { expect } from 'vitest';
import type { Answer } from '../testing/app.ts';

/** Holds a refusal against the form all refusals have (A3): problem+json with a code for programs and the request's id. */
export function expectProblem(answer: Answer, status: number, code?: string): void {
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      type: expect.stringMatching(/^urn:farthing:problem:[a-z_]+$/),
      title: expect.any(String),
      status,
      detail: expect.stringMatching(/./),
      code: code ?? expect.stringMatching(/^[a-z_]+$/),
      request_id: answer.headers.get('x-request-id'),
      errors: expect.any(Array),
    },
  ]);
  expect(answer.body.type).toBe(`urn:farthing:problem:${answer.body.code}`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(?:; charset=utf-8)?$/);
  // 422 names the fields at fault; nothing else may, or a caller would not know where to look.
  if (status === 422) expect(answer.body.errors).not.toEqual([]);
  for (const error of answer.body.errors)
    expect(error).toEqual({ path: expect.any(String), code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/./) });
}
