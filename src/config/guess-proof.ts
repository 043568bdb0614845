import { ValidateBy } from 'class-validator';

const SHORTEST = 32;
/** Fewer different characters are a pattern, such as a word or a key that was held down. */
const FEWEST_DIFFERENT = 10;

/** Text that nobody guesses: long, of many different characters, and fit for a header. */
export function IsGuessProof(): PropertyDecorator {
  return ValidateBy({
    name: 'isGuessProof',
    validator: {
      validate: (value) => typeof value === 'string' && isGuessProof(value),
      defaultMessage: (args) =>
        `${args?.property ?? ''} must be random text of at least ${SHORTEST} characters without blanks, as 'openssl rand -hex 32' makes it`,
    },
  });
}

function isGuessProof(value: string): boolean {
  return /^[\x21-\x7e]{32,512}$/.test(value) && new Set(value).size >= FEWEST_DIFFERENT;
}
