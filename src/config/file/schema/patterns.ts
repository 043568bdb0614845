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
  email: '^[^\\s@]+@[^\\s@]+$|\\$\\{',
  dollars: '^[0-9]{1,10}(\\.[0-9]{1,6})?$|\\$\\{',
  period: '^(hour|day|week|month|quarter|year|prepaid|[1-9][0-9]{0,7}[smhd])$',
  window: '^[1-9][0-9]{0,4}[smhd]$',
  instant: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
  moment: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$',
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
  [PATTERNS.email]: 'must be an e-mail address',
  [PATTERNS.dollars]: 'must be dollars with at most six decimals, such as 50.00',
  [PATTERNS.period]: 'must be hour, day, week, month, quarter, year or prepaid, or a time such as 30d, 12h, 90m',
  [PATTERNS.window]: 'must be a time such as 1s, 1m, 24h',
  [PATTERNS.instant]: 'must be a time of ISO 8601 with its zone, such as 2027-01-31T12:00:00Z',
  [PATTERNS.moment]: 'must be a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z',
  [PATTERNS.version]: "must be a version such as 2024-10-21, or 'preview'",
};
