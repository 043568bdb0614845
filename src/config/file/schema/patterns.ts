/** Patterns of names and texts; a value with `${` is text from the environment and is looked at once it is filled in. */
export const PATTERNS = {
  provider: '^[a-z][a-z0-9-]*$',
  route: '^[a-z][a-z0-9._-]*$',
  key: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  model: '^\\S+$',
  url: '^(https?://|.*\\$\\{)',
  header: '^[A-Za-z0-9-]+$',
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
};
