/**
 * What a provider does with a parameter:
 * - `pass`: sent as it came;
 * - `adapt`: sent in another form or under another name (the provider's request builder knows how);
 * - `filter`: not sent, and named in `x-asbru-filtered-params`; 400 when the caller is strict;
 * - `gateway`: consumed by the gateway itself, never sent as it came, and nothing is lost.
 * A parameter that the table does not hold has the rule of `*`; without one it is filtered.
 */
export type ParameterRule = 'pass' | 'adapt' | 'filter' | 'gateway';

export type ParameterTable = Readonly<Record<string, ParameterRule>>;
