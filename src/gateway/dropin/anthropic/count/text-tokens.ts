/** Letters of one word that make a token; English words have about four, and tokenizers know longer ones. */
const LETTERS_PER_TOKEN = 4;
/** Chinese, Japanese and Korean characters, and halves of characters beyond them, are up to this many tokens. */
const TOKENS_PER_WIDE = 1.5;
const SPACE = 0x20;

/**
 * An estimate of a text's tokens that is rather too high than too low, for whatever tokenizer the model has: words by
 * their letters, each digit and sign for one. One pass, nothing is copied.
 */
export function textTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  let wide = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isLetter(code)) {
      // Tokenizers part words at a capital, as in camelCase and base64.
      if (isCapital(code) && !isCapital(before)) {
        tokens += Math.ceil(letters / LETTERS_PER_TOKEN);
        letters = 0;
      }
      letters++;
    } else {
      tokens += Math.ceil(letters / LETTERS_PER_TOKEN);
      letters = 0;
      if (code >= 0x2e80) wide++;
      else if (code !== SPACE || isSecondSpace(before, text.charCodeAt(i - 2))) tokens++;
    }
    before = code;
  }
  return tokens + Math.ceil(letters / LETTERS_PER_TOKEN) + Math.ceil(wide * TOKENS_PER_WIDE);
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLetter = (code: number): boolean => isCapital(code) || (code >= 0x61 && code <= 0x7a);
/** A single space belongs to the word behind it; a longer run is one token. */
const isSecondSpace = (before: number, beforeThat: number): boolean => before === SPACE && beforeThat !== SPACE;
