import type { ProfileSettings } from './gateway-settings.types.js';
import type { RawProfile } from './raw-settings.types.js';

/** What the file says of a profile, in the snapshot's words; what it leaves out is not there. */
export function profileOf(raw: RawProfile): ProfileSettings {
  const { auth, rename, token_limit, developer_role, reasoning_history, stream_options, think_tags, ...same } = raw;
  const { usage_path, ...rest } = same;
  return {
    ...rest,
    ...(auth && { auth: { header: (auth.header ?? 'authorization').toLowerCase(), scheme: schemeOf(auth) } }),
    ...(rename && { renames: rename }),
    ...(token_limit !== undefined && { tokenLimit: token_limit }),
    ...(developer_role !== undefined && { developerRole: developer_role }),
    ...(reasoning_history !== undefined && { reasoningHistory: reasoning_history }),
    ...(stream_options !== undefined && { streamOptions: stream_options }),
    ...(think_tags !== undefined && { thinkTags: think_tags }),
    ...(usage_path !== undefined && { usagePath: usage_path.split('.') }),
  };
}

/** A header of the vendor's own holds the key alone, unless the file says otherwise. */
function schemeOf({ header, scheme }: NonNullable<RawProfile['auth']>): string {
  if (scheme !== undefined) return scheme;
  return header === undefined || header.toLowerCase() === 'authorization' ? 'Bearer' : '';
}
