/** An entity that a call belongs to; without one both are empty. */
export class CelEntity {
  constructor(
    readonly id: string | undefined,
    readonly name: string | undefined,
  ) {}
}

/** The key of a call; empty without one. */
export class CelKey {
  constructor(
    readonly id: string | undefined,
    readonly name: string | undefined,
    readonly prefix: string | undefined,
    readonly tags: readonly string[],
  ) {}
}

/** Longest texts that a rule sees; the rest is cut off. A model's name is never longer, and what a header says beyond it is no decision's business. */
export const MAX_MODEL = 512;
export const MAX_HEADER = 4_096;
const MAX_NAME = 256;
const MAX_TAGS = 64;

/** How large a value may be: characters of a text, or elements of a list. */
export interface Shape {
  readonly size: number;
  readonly item?: Shape;
  readonly fields?: Readonly<Record<string, Shape>>;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly shape: Shape;
}

const NUMBER: Shape = { size: 0 };
const text = (size: number): Shape => ({ size });
const ENTITY: Shape = { size: 0, fields: { id: text(MAX_NAME), name: text(MAX_NAME) } };
const KEY: Shape = {
  size: 0,
  fields: {
    id: text(MAX_NAME),
    name: text(MAX_NAME),
    prefix: text(MAX_NAME),
    tags: { size: MAX_TAGS, item: text(MAX_NAME) },
  },
};

const entity = (name: string, article: string): Variable => ({
  name,
  type: 'Entity',
  description: `${article} that the key belongs to: id, name. Both are empty without one.`,
  shape: ENTITY,
});

/** What expressions may look at, with their CEL types. */
export const VARIABLES: readonly Variable[] = [
  {
    name: 'key',
    type: 'Key',
    description: 'The virtual key: id, name, prefix, and the list tags. All are empty for a call without a key.',
    shape: KEY,
  },
  entity('organization', 'The organisation'),
  entity('customer', 'The customer'),
  entity('team', 'The team'),
  entity('project', 'The project'),
  entity('user', 'The user'),
  {
    name: 'model',
    type: 'string',
    description: "The caller's own name for the model, before aliases and routing.",
    shape: text(MAX_MODEL),
  },
  {
    name: 'provider',
    type: 'string',
    description: 'The provider that the model names; empty when it is not known yet.',
    shape: text(MAX_NAME),
  },
  {
    name: 'operation',
    type: 'string',
    description: 'chat, completions, responses, messages, embeddings …',
    shape: text(MAX_NAME),
  },
  { name: 'stream', type: 'bool', description: 'Whether the answer is to be streamed.', shape: NUMBER },
  {
    name: 'headers',
    type: 'map<string, string>',
    description:
      'Request headers by name, in any case: headers["x-tier"]. A header that was not sent reads as an empty text; "x-tier" in headers tells whether it was sent.',
    shape: { size: 0, item: text(MAX_HEADER) },
  },
  { name: 'input_tokens', type: 'int', description: 'Tokens of the input, estimated.', shape: NUMBER },
  {
    name: 'max_output_tokens',
    type: 'int',
    description: 'The bound of the output that the request names; the largest integer when it names none.',
    shape: NUMBER,
  },
  {
    name: 'budget_used',
    type: 'double',
    description: "The highest use of all the key's budgets, in percent; 0 without a budget.",
    shape: NUMBER,
  },
  {
    name: 'now',
    type: 'google.protobuf.Timestamp',
    description: 'The time of the request: now.getHours("Europe/Berlin"), now.getDayOfWeek("UTC") with 0 for Sunday.',
    shape: NUMBER,
  },
];

/** The headers that were sent, for tests of presence; expressions cannot name it. */
export const SENT_HEADERS = 'sent_headers_';
