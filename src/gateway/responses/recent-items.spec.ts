import { RecentItems } from './recent-items.js';
import type { OutputFunctionCall } from './response-object.types.js';

const call = (id: string, args = '{}'): OutputFunctionCall => ({
  type: 'function_call',
  id,
  call_id: `call_${id}`,
  name: 'f',
  arguments: args,
  status: 'completed',
});

describe('RecentItems', () => {
  it('puts a known item in the place of its reference, with or without a type', () => {
    const items = new RecentItems();
    items.remember([call('fc_1')]);
    const other = { type: 'function_call_output', call_id: 'call_fc_1', output: 'x' };

    const resolved = items.resolve({ input: [{ type: 'item_reference', id: 'fc_1' }, { id: 'fc_1' }, other] });

    expect(resolved.input).toEqual([call('fc_1'), call('fc_1'), other]);
  });

  it('leaves an unknown reference for the conversion to refuse', () => {
    const request = { input: [{ type: 'item_reference', id: 'fc_other' }] };
    expect(new RecentItems().resolve(request).input).toEqual(request.input);
  });

  it('does not touch a request without references', () => {
    const request = { input: [{ role: 'user', content: 'hi' }] };
    expect(new RecentItems().resolve(request)).toBe(request);
  });

  it('forgets the oldest when it holds too much text', () => {
    const items = new RecentItems();
    const big = 'x'.repeat(9 * 1024 * 1024);
    items.remember([call('fc_1', big), call('fc_2', big), call('fc_3', big), call('fc_4', big)]);
    const refer = (id: string) => items.resolve({ input: [{ type: 'item_reference', id }] }).input?.[0];

    expect(refer('fc_1')).toEqual({ type: 'item_reference', id: 'fc_1' });
    expect(refer('fc_4')).toMatchObject({ type: 'function_call', id: 'fc_4' });
  });
});
