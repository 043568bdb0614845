import { type ReadDocument, readWellFormed } from '../document/price-document.reader.js';
import type { PriceDocument } from '../document/price-document.types.js';
import { ANTHROPIC_PRICES } from './anthropic.prices.js';
import { CEREBRAS_PRICES } from './cerebras.prices.js';
import { GEMINI_PRICES } from './gemini.prices.js';
import { FIREWORKS_PRICES, GROQ_PRICES, TOGETHER_PRICES } from './hosted.prices.js';
import { OPENAI_PRICES } from './openai.prices.js';
import { DEEPSEEK_PRICES, MISTRAL_PRICES, PERPLEXITY_PRICES, XAI_PRICES } from './vendors.prices.js';

/** The prices that come with the gateway. */
export const PRICE_BOOK: PriceDocument = {
  version: 1,
  sheets: [
    CEREBRAS_PRICES,
    OPENAI_PRICES,
    ANTHROPIC_PRICES,
    GEMINI_PRICES,
    GROQ_PRICES,
    MISTRAL_PRICES,
    DEEPSEEK_PRICES,
    XAI_PRICES,
    PERPLEXITY_PRICES,
    TOGETHER_PRICES,
    FIREWORKS_PRICES,
  ],
};

/**
 * The book as the gateway uses it. The compiler and a test have checked its form, which takes time at the start.
 * @throws Error when the book does not keep its own rules, which a test finds before anybody else does
 */
export function readPriceBook(): ReadDocument {
  const book = readWellFormed(PRICE_BOOK, 'book');
  if (book.problems.length > 0) throw new Error(`the price book is wrong: ${JSON.stringify(book.problems[0])}`);
  return book;
}
