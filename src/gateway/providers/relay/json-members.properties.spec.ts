import * as fc from 'fast-check';
import { JsonMembers } from './json-members.js';

/** A text in portions. */
function portions(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return places.map((to, index) => bytes.subarray(places[index - 1] ?? 0, to));
}

function relay(text: string, cuts: readonly number[], model?: string) {
  const members = new JsonMembers({ ...(model !== undefined && { model: JSON.stringify(model) }) });
  const out = portions(text, cuts).flatMap((portion) => members.feed(portion));
  return { text: Buffer.concat(out).toString('utf8'), members };
}

const usage = fc.record({ prompt_tokens: fc.nat(), note: fc.string({ unit: 'binary' }) });
const document = fc.record({
  data: fc.array(fc.jsonValue()),
  model: fc.string({ unit: 'binary' }),
  usage,
  z: fc.jsonValue(),
});
const cuts = fc.array(fc.nat(10_000), { maxLength: 20 });
const space = fc.constantFrom(undefined, 2);

describe('JsonMembers', () => {
  it('changes the model and not another byte, however the bytes are cut', () => {
    fc.assert(
      fc.property(document, cuts, space, fc.string({ unit: 'binary' }), (value, where, indent, model) => {
        const { text, members } = relay(JSON.stringify(value, undefined, indent), where, model);
        expect(text).toBe(JSON.stringify({ ...value, model }, undefined, indent));
        expect(members.isWhole).toBe(true);
        expect(members.usage).toEqual(JSON.parse(JSON.stringify(value.usage)));
      }),
    );
  });

  it('changes nothing when there is nothing to change', () => {
    fc.assert(
      fc.property(fc.jsonValue(), cuts, space, (value, where, indent) => {
        const json = JSON.stringify(value, undefined, indent);
        expect(relay(json, where).text).toBe(json);
      }),
    );
  });

  it('knows a document that is not whole', () => {
    fc.assert(
      fc.property(document, fc.nat(10_000), (value, at) => {
        const json = JSON.stringify(value);
        const { members } = relay(json.slice(0, at % json.length), []);
        expect(members.isWhole).toBe(false);
      }),
    );
  });

  it.each([
    ['a page', '<!DOCTYPE html>'],
    ['a word', 'null'],
  ])('%s is no document', (_, text) => {
    expect(relay(text, []).members.isPossible).toBe(false);
  });

  it('keeps no usage that is larger than any', () => {
    const { members, text } = relay(JSON.stringify({ usage: { x: 'x'.repeat(20_000) } }), [100, 5000]);
    expect(members.usage).toBeUndefined();
    expect(text).toHaveLength(20_000 + 18);
  });
});
