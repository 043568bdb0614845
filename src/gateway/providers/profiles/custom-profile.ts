import type { ProfileSettings } from '../../../config/file/gateway-settings.types.js';
import type { ParameterRule, ParameterTable } from '../parameter-table.js';
import { PLAIN_TEXT } from './base-profile.js';
import type { ChatRules, EffortFields, ProviderProfile, TextRules } from './provider-profile.types.js';

/** A profile with what the file says of it. */
export function customised(profile: ProviderProfile, file: ProfileSettings): ProviderProfile {
  if (Object.keys(file).length === 0) return profile;
  const { operations = profile.operations, paths, auth = profile.auth } = file;
  return {
    ...profile,
    operations,
    paths: { ...profile.paths, own: { ...profile.paths.own, ...paths } },
    auth,
    chat: chatRules(profile.chat, file),
    text: textRules(profile.text ?? PLAIN_TEXT, file),
    answers: {
      ...profile.answers,
      thinkTags: file.thinkTags ?? profile.answers.thinkTags,
      statuses: { ...profile.answers.statuses, ...file.statuses },
      ...(file.usagePath && { usagePath: file.usagePath }),
    },
  };
}

function chatRules(rules: ChatRules, file: ProfileSettings): ChatRules {
  const { streamOptions, renames, tokenLimit, developerRole, reasoningHistory, efforts } = file;
  return {
    ...rules,
    parameters: tableOf(rules.parameters, file),
    renames: { ...rules.renames, ...renames },
    tokenLimit: tokenLimit ?? rules.tokenLimit,
    developerRole: developerRole ?? rules.developerRole,
    reasoningHistory: reasoningHistory ?? rules.reasoningHistory,
    effort: efforts ? effortsOf(efforts) : rules.effort,
    streams: { options: streamOptions ?? rules.streams.options },
  };
}

function textRules(rules: TextRules, file: ProfileSettings): TextRules {
  return {
    ...rules,
    parameters: tableOf(rules.parameters, file),
    renames: { ...rules.renames, ...file.renames },
    streams: { options: file.streamOptions ?? rules.streams.options },
  };
}

/** What the request itself is made of cannot be filtered, and is written by the gateway. */
const WRITTEN: ReadonlySet<string> = new Set(['model', 'messages', 'prompt', 'stream', 'functions', 'function_call']);

function tableOf(table: ParameterTable, { unknown, pass = [], filter = [] }: ProfileSettings): ParameterTable {
  const changed: Record<string, ParameterRule> = { ...table };
  // One that is written in a form of the upstream's own stays so: `pass` says only that it is taken.
  for (const name of pass) if (changed[name] !== 'adapt' && changed[name] !== 'gateway') changed[name] = 'pass';
  for (const name of filter) if (!WRITTEN.has(name)) changed[name] = 'filter';
  if (unknown === 'pass') changed['*'] = 'pass';
  else if (unknown === 'filter') delete changed['*'];
  return changed;
}

function effortsOf(efforts: NonNullable<ProfileSettings['efforts']>): Record<string, EffortFields> {
  return Object.fromEntries(Object.entries(efforts).map(([effort, sent]) => [effort, { reasoning_effort: sent }]));
}
