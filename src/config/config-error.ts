/** The settings are wrong: the message says which and what to set, and a stack trace would only hide it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
