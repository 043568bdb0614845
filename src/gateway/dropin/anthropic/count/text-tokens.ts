/** Letters of one word that make a token: English words have about four. Capitals in a row are rarer, so more tokens. */
const SMALL_PER_TOKEN = 4;
const CAPITALS_PER_TOKEN = 2;
/** Scripts beyond Arabic, and halves of characters beyond them, are up to this many tokens a character. */
const TOKENS_PER_WIDE = 1.5;
const FIRST_WIDE = 0x900;
const SPACE = 0x20;
/** Characters of a token in texts and JSON taken together. */
const CHARACTERS_PER_TOKEN = 3;

/** An estimate by the length alone, for where a text is not worth reading through. */
export function roughTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/**
 * An estimate of a text's tokens that is rather too high than too low, for whatever tokenizer the model has: words by
 * their letters, each digit and sign for one. One pass, nothing is copied.
 */
export function textTokens(text: string): number {
  let tokens = 0;
  let small = 0;
  let capitals = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isCapital(code)) {
      // Tokenizers part words at a capital, as in camelCase and base64.
      if (small > 0) {
        tokens += wordTokens(small, capitals);
        small = capitals = 0;
      }
      capitals++;
    } else if (code >= 0x61 && code <= 0x7a) {
      small++;
    } else {
      tokens += wordTokens(small, capitals) + signTokens(code, before, text.charCodeAt(i - 2));
      small = capitals = 0;
    }
    before = code;
  }
  return Math.ceil(tokens + wordTokens(small, capitals));
}

function wordTokens(small: number, capitals: number): number {
  return Math.ceil(small / SMALL_PER_TOKEN + capitals / CAPITALS_PER_TOKEN);
}

/** A single space belongs to the word behind it; a longer run is one token. */
function signTokens(code: number, before: number, beforeThat: number): number {
  if (code >= FIRST_WIDE) return TOKENS_PER_WIDE;
  return code !== SPACE || (before === SPACE && beforeThat !== SPACE) ? 1 : 0;
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;
