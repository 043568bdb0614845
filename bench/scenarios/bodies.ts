import { MODEL } from '../targets/target.js';

interface Message {
  readonly role: string;
  readonly content: string;
}

const WORDS = 'The quick brown fox jumps over the lazy dog, and says "nothing" of it to anyone. ';
const SYSTEM: Message = { role: 'system', content: 'You are a helpful assistant. Answer in short sentences.' };
const HISTORY_MESSAGE = 160;

/** A request of a chat with these messages. */
export function chat(messages: readonly Message[], isStream: boolean): (model: string) => string {
  const rest = { messages, temperature: 0.7, max_completion_tokens: 300, ...(isStream && { stream: true }) };
  return (model) => JSON.stringify({ model, ...rest });
}

/** One question, so that the whole body has about so many bytes. */
export function sized(bytes: number, isStream = false): (model: string) => string {
  const empty = chat([SYSTEM, { role: 'user', content: '' }], isStream)(MODEL).length;
  return chat([SYSTEM, { role: 'user', content: textOf(bytes - empty) }], isStream);
}

/** A long conversation of messages of the usual size. */
export function history(messages: number): (model: string) => string {
  const turns = Array.from({ length: messages - 1 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: textOf(HISTORY_MESSAGE),
  }));
  return chat([SYSTEM, ...turns], false);
}

/** Text with quotes and line ends, which a copy has to escape again. */
function textOf(size: number): string {
  const escaped = JSON.stringify(`${WORDS.trim()}\n`).length - 2;
  const line = `${WORDS.trim()}\n`;
  return line.repeat(Math.max(1, Math.round(size / escaped)));
}
