import { readModels } from './model-list.js';

describe('a list of models', () => {
  it('is read in the shapes that vendors have', () => {
    expect(readModels({ data: [{ id: 'a', created: 1, owned_by: 'x', context_window: 8192 }] })).toEqual([
      { id: 'a', created: 1, owned_by: 'x', context_length: 8192 },
    ]);
    expect(readModels([{ id: 'b', organization: 'Meta', context_length: 5, type: 'chat' }])).toEqual([
      { id: 'b', created: 0, owned_by: 'Meta', context_length: 5 },
    ]);
    expect(readModels({ data: [{ id: 'c', max_model_len: 0 }, { name: 'no id' }, 'd', null, { id: '' }] })).toEqual([
      { id: 'c', created: 0, owned_by: '' },
    ]);
  });

  it.each([[null], ['x'], [{}], [{ data: 'x' }]])('is empty when it is none: %j', (body) => {
    expect(readModels(body)).toEqual([]);
  });
});
