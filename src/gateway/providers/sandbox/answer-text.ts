import { SeededRandom } from './seeded-random.js';
import { tokenize } from './token-estimate.js';

const CAPITALS: Readonly<Record<string, string>> = {
  france: 'Paris',
  germany: 'Berlin',
  italy: 'Rome',
  spain: 'Madrid',
  japan: 'Tokyo',
  norway: 'Oslo',
  iceland: 'Reykjavík',
  england: 'London',
  'the united states': 'Washington, D.C.',
};

const SENTENCES: readonly [string, ...string[]] = [
  'The most important thing about {topic} is to start from what you already know and build on it step by step.',
  'In practice, people usually look at the goal first, then at the constraints, and only then at the tools.',
  'A small example often helps: take one concrete case, work through it, and compare the result with what you expected.',
  'There are trade-offs, so it is worth writing down which ones you accept and why.',
  'If you need more detail on {topic}, ask about the part that matters most to you.',
  'Measure before and after each change, because intuition about {topic} is often wrong.',
  'Keep the first version simple; it is easier to extend something that works than to repair something clever.',
  'Common mistakes are skipping the basics, changing several things at once, and not checking the outcome.',
  'With that in mind, {topic} becomes much easier to reason about.',
];

const OPENING =
  /^(?:please |can you |could you |tell me |explain |describe |write |what is |what are |how do i |how does )+/i;
/** Looking further into a prompt would not make the answer more relevant. */
const MAX_LOOK = 400;

/** The few words of a prompt that say what it is about. */
export function topicOf(prompt: string): string {
  const sentence = /[^.?!\n]*[\p{L}\p{N}][^.?!\n]*/u.exec(prompt.slice(0, MAX_LOOK))?.[0].trim() ?? '';
  const words = sentence.replace(OPENING, '').split(/\s+/).slice(0, 8).join(' ');
  return words.replace(/["'`:;,]+/g, '') || 'your question';
}

const ARITHMETIC = /(-?\d+(?:\.\d+)?)(\s*[+*/x]\s*|\s+-\s+)(-?\d+(?:\.\d+)?)/;
/** Numbers with a sign between them are often something else: dates, sizes, scores. */
const ASKS_FOR_RESULT = /^[\d\s.+*/x=?-]+$|\b(?:calculat|comput|what is|what's|how much is|solve|result of)|=\s*$/i;

function calculate(prompt: string): string | undefined {
  if (!ASKS_FOR_RESULT.test(prompt)) return undefined;
  const [, left, sign, right] = ARITHMETIC.exec(prompt) ?? [];
  if (left === undefined || sign === undefined || right === undefined) return undefined;
  const [a, b] = [Number(left), Number(right)];
  switch (sign.trim()) {
    case '+':
      return String(a + b);
    case '-':
      return String(a - b);
    case '/':
      return String(a / b);
    default:
      return String(a * b);
  }
}

function capitalIn(prompt: string): [country: string, city: string] | undefined {
  const country = /capital of (the united states|\p{L}+)/iu.exec(prompt)?.[1];
  const city = country && CAPITALS[country.toLowerCase()];
  return country && city ? [country, city] : undefined;
}

function countTo(prompt: string): string | undefined {
  const last = Number(/count (?:from 1 )?to (\d{1,3})\b/i.exec(prompt)?.[1] ?? 0);
  return last > 0 ? Array.from({ length: last }, (_, index) => index + 1).join(', ') : undefined;
}

/** Questions whose answer everybody knows get that answer. */
function knownAnswer(prompt: string): string | undefined {
  const capital = capitalIn(prompt);
  if (capital) return `The capital of ${capital[0]} is ${capital[1]}.`;
  const echo =
    /\b(?:say|reply with|respond with|repeat after me|repeat)\b:?\s+(?:exactly |only |just )*["“]?(.+?)["”]?[.!]?$/i;
  const said = echo.exec(prompt)?.[1];
  if (said) return said;
  const result = calculate(prompt);
  if (result !== undefined) return `The result is ${result}.`;
  if (/^(?:hi|hello|hey)\b/i.test(prompt) && prompt.length < 40) return 'Hello! How can I help you today?';
  return /^ping\b/i.test(prompt) ? 'pong' : countTo(prompt);
}

/** Helpful prose about the topic, of about so many tokens. */
function prose(topic: string, random: SeededRandom, tokens: number): string {
  const sentences = [`Here is a short overview of ${topic}.`];
  const first = random.next(SENTENCES.length);
  // About 17 tokens make one of the sentences.
  const count = Math.max(2, Math.ceil(tokens / 17) - 1);
  for (let index = 0; index < count; index++) {
    sentences.push((SENTENCES[(first + index) % SENTENCES.length] ?? SENTENCES[0]).replace('{topic}', topic));
  }
  return sentences.join(' ');
}

/** Adds prose until there are at least so many tokens, and then cuts to them. */
export function extendText(text: string, minTokens: number, topic: string, random: SeededRandom): string {
  const tokens = tokenize(text);
  if (tokens.length >= minTokens) return text;
  let more = text;
  while (tokenize(more).length < minTokens) more += ` ${prose(topic, random, minTokens)}`;
  return tokenize(more).slice(0, minTokens).join('');
}

/** What a chat model would say to this prompt. */
export function chatText(prompt: string, random: SeededRandom): string {
  const question = prompt.slice(0, MAX_LOOK).trim();
  return knownAnswer(question) ?? prose(topicOf(question), random, 45 + random.next(55));
}

/** What a chat model would say after its tools have answered. */
export function textFromResults(results: readonly string[], prompt: string): string {
  const said = results.map((result) => result.trim().slice(0, 300)).join(' and ');
  return `Based on the tool results for "${topicOf(prompt)}": ${said}`;
}

/** How a text would go on; begins with the space that separates it from the prompt. */
export function continuation(prompt: string, random: SeededRandom): string {
  const end = prompt.slice(-MAX_LOOK);
  const capital = /capital of [\p{L} ]+ is\s*$/iu.test(end) ? capitalIn(end) : undefined;
  if (capital) return `${/\s$/.test(end) ? '' : ' '}${capital[1]}.`;
  const result = /=\s*$/.test(end) ? calculate(end) : undefined;
  if (result !== undefined) return ` ${result}`;
  return ` ${prose(topicOf(end), random, 25 + random.next(30))}`;
}

const THOUGHTS: readonly [string, ...string[]] = [
  'We need to answer about {topic}.',
  'Keep it short and clear.',
  'First, think about what they already know and what would help most.',
  'Check for mistakes, and avoid repeating the question.',
];

const THOUGHT_COUNT: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 4 };

/** What a model thinks before it answers; the more effort, the longer. */
export function reasoningText(prompt: string, effort: string): string {
  return THOUGHTS.slice(0, THOUGHT_COUNT[effort] ?? 2)
    .join(' ')
    .replace('{topic}', topicOf(prompt));
}
