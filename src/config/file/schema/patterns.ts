/** Patterns of names and texts; a value with `${` is text from the environment and is looked at once it is filled in. */
export const PATTERNS = {
  provider: '^[a-z][a-z0-9-]*$',
  route: '^[a-z][a-z0-9._-]*$',
  key: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  model: '^\\S+$',
  url: '^(https?://|.*\\$\\{)',
  header: '^[A-Za-z0-9-]+$',
  scheme: '^[A-Za-z0-9-]*$',
  path: '^/[\\x21-\\x7e]*$',
  parameter: '^[A-Za-z_][A-Za-z0-9_-]*$',
  dotted: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$',
  status: '^[45][0-9][0-9]$',
  version: '^[A-Za-z0-9.-]+$',
} as const;

/** What a text must be like that does not fit its pattern. */
export const PATTERN_HINTS: Readonly<Record<string, string>> = {
  [PATTERNS.provider]: 'must begin with a lower-case letter and hold only lower-case letters, digits and hyphens',
  [PATTERNS.route]:
    'must begin with a lower-case letter and hold only lower-case letters, digits, dots, hyphens and underscores',
  [PATTERNS.key]: 'must begin with a letter or digit and hold only letters, digits, dots, hyphens and underscores',
  [PATTERNS.model]: 'must be a model id, or a pattern with *, without spaces',
  [PATTERNS.url]: 'must be a URL that begins with http:// or https://',
  [PATTERNS.header]: 'must be the name of a header: letters, digits and hyphens',
  [PATTERNS.scheme]: 'must be one word, such as Bearer, or empty',
  [PATTERNS.path]: 'must begin with / and hold no spaces',
  [PATTERNS.parameter]: 'must be the name of a parameter: letters, digits, underscores and hyphens',
  [PATTERNS.dotted]: 'must be names joined by dots, such as x_groq.usage',
  [PATTERNS.status]: 'must be a status from 400 to 599, in quotation marks',
  [PATTERNS.version]: "must be a version such as 2024-10-21, or 'preview'",
};
