import {
  anything,
  checkMembers,
  type Check,
  type Fields,
  integer,
  list,
  nullable,
  object,
  oneOf,
  shape,
  string,
  stringOrList,
  tagged,
} from './field-checks.js';
import { isObject } from './json-value.js';

const TEXT_PART = { fields: { text: string }, required: ['text'] };
const textParts = list(tagged({ text: TEXT_PART }), { min: 1 });
const textContent = stringOrList(string, textParts);

// Images are shaped here for every role: that only users may send them has an error of its own (image-rules.ts).
const anyParts = list(
  tagged({
    text: TEXT_PART,
    image_url: {
      fields: { image_url: shape({ url: string, detail: nullable(oneOf('auto', 'low', 'high')) }, ['url']) },
      required: ['image_url'],
    },
    image: { fields: { image: string }, required: ['image'] },
  }),
  { min: 1 },
);

const toolCall = shape(
  {
    id: string,
    type: oneOf('function'),
    function: shape({ name: string, arguments: string }, ['name', 'arguments']),
    index: nullable(integer(0)),
  },
  ['id', 'type', 'function'],
);

const input = {
  fields: { role: anything, content: stringOrList(string, anyParts), name: nullable(string) },
  required: ['content'],
};

const ROLES: Readonly<Record<string, { fields: Fields; required: string[] }>> = {
  system: input,
  developer: input,
  user: input,
  assistant: {
    fields: {
      role: anything,
      content: nullable(stringOrList(string, anyParts)),
      reasoning: nullable(textContent),
      name: nullable(string),
      tool_calls: nullable(list(toolCall, { min: 1 })),
    },
    required: [],
  },
  tool: {
    fields: { role: anything, tool_call_id: string, content: stringOrList(string, anyParts), name: nullable(string) },
    required: ['tool_call_id', 'content'],
  },
};

const role = oneOf(...Object.keys(ROLES));

const message: Check = (value, path, issues) => {
  if (!isObject(value)) return object(value, path, issues);
  const name = value['role'];
  const rules = typeof name === 'string' && Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
  if (!rules) return role(name, `${path}.role`, issues);
  // The path names the role too: `messages.2.assistant.reasoning_content` (wire.md 1.7, captured).
  checkMembers(value, `${path}.${String(name)}`, issues, rules.fields, rules.required);
};

/** The list of messages of a chat request (wire.md 1.3, message shapes). */
export const messages: Check = list(message, { min: 1 });

/** `prediction`: what the answer will probably be. */
export const prediction: Check = tagged({ content: { fields: { content: textContent }, required: ['content'] } });
