import { readFileSync } from 'node:fs';
import { CompiledValidator } from '../../common/validation/compiled-validator.js';
import { compileExpression } from './cel/compile-expression.js';
import { FUNCTIONS } from './cel/functions.js';
import { VARIABLES } from './cel/variables.js';
import { CreatePolicyDto } from './dto/create-policy.dto.js';
import { assertSound, termsOf } from './policy-draft.js';

const PAGE = readFileSync('docs/policies.md', 'utf8');
const RULES = [...PAGE.matchAll(/```json\n([^`]+)```/g)].map(([, text = '']) => JSON.parse(text) as CreatePolicyDto);

describe('The page about policies', () => {
  it.each(RULES)('has a rule that is taken: $name', async (rule) => {
    expect(CompiledValidator.of(CreatePolicyDto).check(Object.fromEntries(Object.entries(rule)))).toBeUndefined();
    await expect(assertSound(termsOf(rule))).resolves.toBeUndefined();
  });

  it('has examples', () => {
    expect(RULES).toHaveLength(6);
  });

  it.each(VARIABLES.map(({ name }) => name))('names the variable %s', (name) => {
    expect(PAGE).toContain(`\`${name}\``);
  });

  it.each([...FUNCTIONS.keys()].filter((name) => name !== 'bind'))('names the function %s', (name) => {
    expect(PAGE).toContain(`\`${name}\``);
  });
});

describe('The list of functions', () => {
  it.each([...FUNCTIONS].map(([name, { example }]) => [name, example] as const))(
    'has an example of %s: %s',
    async (name, example) => {
      expect(example).toContain(`${name}(`);
      const { error } = await compileExpression(example);
      // What is not a condition is valid, and of another type.
      expect(error?.message ?? 'a condition is of type bool').toContain('a condition is of type bool');
    },
  );
});
