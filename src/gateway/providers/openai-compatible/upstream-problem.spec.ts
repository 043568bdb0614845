import { parseProblem, problemOf } from './upstream-problem.js';

describe('what an upstream says of a failure', () => {
  it.each([
    [
      'OpenAI',
      { error: { message: 'm', type: 't', param: 'p', code: 'c' } },
      { message: 'm', type: 't', param: 'p', code: 'c' },
    ],
    [
      'Cerebras',
      { message: 'm', type: 't', param: 'p', code: 'c' },
      { message: 'm', type: 't', param: 'p', code: 'c' },
    ],
    ['OpenRouter', { error: { code: 429, message: 'm' } }, { message: 'm', status: 429 }],
    [
      'xAI',
      { code: 'Client specified an invalid argument', error: 'm' },
      { message: 'm', code: 'Client specified an invalid argument' },
    ],
    [
      'Mistral',
      { object: 'error', message: { detail: [{ loc: ['body', 'n'], msg: 'm' }] }, code: '1500' },
      { message: 'n: m', param: 'n', code: '1500' },
    ],
    ['FastAPI', { detail: 'm' }, { message: 'm' }],
    [
      'FastAPI’s list',
      {
        detail: [
          { loc: ['body', 'a', 1, 'b'], msg: 'x' },
          { loc: ['query', 'q'], msg: 'y' },
        ],
      },
      { message: 'a[1].b: x; query.q: y', param: 'a[1].b' },
    ],
    [
      'NVIDIA',
      { type: 'about:blank', title: 'T', status: 404, detail: 'd' },
      { message: 'd', type: 'about:blank', status: 404 },
    ],
    ['a title alone', { title: 'T' }, { message: 'T' }],
    ['a list', [{ error: { code: 400, message: 'm' } }], { message: 'm', status: 400 }],
    ['a status of Cerebras’ streams', { error: { message: 'm' }, status_code: 503 }, { message: 'm', status: 503 }],
    ['a number that is no status', { error: { code: 1500, message: 'm' } }, { message: 'm' }],
    ['nothing', {}, {}],
    ['no object', 'oops', {}],
    ['null', null, {}],
  ])('%s', (_, body, problem) => {
    const said = Object.entries(problemOf(body)).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(said)).toEqual(problem);
  });

  it('is nothing that is not JSON, and no HTML', () => {
    expect(parseProblem('<html>')).toEqual({});
    expect(problemOf({ error: { message: '<!DOCTYPE html><p>no</p>' } }).message).toBeUndefined();
  });

  it('is cut when it is long', () => {
    expect(problemOf({ message: 'x'.repeat(5_000) }).message).toHaveLength(2_000);
    const detail = Array.from({ length: 500 }, () => ({ loc: ['body'], msg: 'wrong again' }));
    expect(problemOf({ detail }).message).toHaveLength(2_000);
  });
});
