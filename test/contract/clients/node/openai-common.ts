import assert from 'node:assert/strict';
import { BadRequestError, NotFoundError } from 'openai';
import * as subject from './subject.ts';

/** A model that is not there, and a value that no model takes, each as the error class that the SDK has for it. */
export async function assertOpenAiErrors(
  call: (extra: { model?: string; temperature?: number }) => PromiseLike<unknown>,
): Promise<void> {
  const unknown = await subject.failureOf(call({ model: subject.UNKNOWN_MODEL }));
  assert.ok(unknown instanceof NotFoundError, String(unknown));
  assert.equal(unknown.status, 404);
  assert.equal(unknown.code, 'model_not_found');
  assert.match(unknown.message, /no-such-model/);
  assert.ok(unknown.requestID);

  const bad = await subject.failureOf(call({ temperature: subject.BAD_TEMPERATURE }));
  assert.ok(bad instanceof BadRequestError, String(bad));
  assert.equal(bad.param, 'temperature');
  assert.match(bad.message, /temperature/);
}
