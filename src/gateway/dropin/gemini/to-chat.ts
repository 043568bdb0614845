import type { GenerateContentRequest } from '../../gemini/generate-content.types.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import { toMessages } from './chat-messages.js';
import { writeSettings } from './chat-settings.js';
import { writeTools } from './chat-tools.js';
import { type Conversion, ConversionNotes } from './conversion.types.js';

/** What the gateway reads, and what this conversion does. */
const READ = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'model',
  'fallbacks',
]);
/** Google's tiers by OpenAI's names. */
const TIERS: Readonly<Record<string, string>> = { standard: 'default', flex: 'flex', priority: 'priority' };

/**
 * The chat request that a generateContent request means. The body is under its canonical names.
 * @throws GatewayError 400 that names the place of what cannot be meant in chat
 */
export function toChat(request: GenerateContentRequest, model: string): Conversion {
  const notes = new ConversionNotes();
  const { messages, paths } = toMessages(request.contents, request.systemInstruction, notes);
  const chat: ChatRequest = { model, messages };
  writeTools(request, chat, notes);
  const shape = writeSettings(request.generationConfig ?? {}, chat, notes);
  const tier = typeof request.serviceTier === 'string' ? TIERS[request.serviceTier.toLowerCase()] : undefined;
  if (tier !== undefined) chat.service_tier = tier;
  for (const [name, value] of Object.entries(request)) {
    const isRead = READ.has(name) || (name === 'serviceTier' && tier !== undefined);
    if (!isRead && value !== undefined && value !== null) notes.unsent.push(name);
  }
  return { chat, shape, paths, unsent: notes.unsent, transformed: notes.transformed };
}
