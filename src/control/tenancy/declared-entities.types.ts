import type { LimiterDown } from '../contract/terms.types.js';
import type { KeyScope } from '../../common/access/access.js';
import type { InlineBudgetDto } from './dto/inline-budget.dto.js';
import type { InlineRateLimitDto } from './dto/inline-rate-limit.dto.js';

/** What any level may declare. */
export interface DeclaredLevel {
  readonly name: string;
  readonly budgets?: readonly InlineBudgetDto[];
  readonly rate_limits?: readonly InlineRateLimitDto[];
}

/** Ids of the levels that it is under, as this port gave them. */
export interface DeclaredParents {
  readonly customerId?: string | null;
  readonly teamId?: string | null;
  readonly projectId?: string | null;
  readonly userId?: string | null;
}

/** What a declared key may do; a missing list allows nothing, as in the API. */
export interface DeclaredKeyTerms {
  readonly scopes?: readonly KeyScope[];
  readonly allowed_providers?: readonly string[];
  readonly allowed_models?: readonly string[];
  readonly denied_models?: readonly string[];
  readonly allowed_upstream_keys?: readonly string[];
  readonly networks?: readonly string[];
  readonly required_headers?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly store_content?: boolean | null;
  readonly on_limiter_down?: LimiterDown | null;
  readonly max_output_tokens?: number | null;
  readonly on_unpriced?: 'refuse' | 'allow';
}

/** One entity as the file has it; checked by the file's schema before. */
export type Declared =
  | (DeclaredLevel & { readonly kind: 'organization' | 'customer' })
  | (DeclaredLevel & DeclaredParents & { readonly kind: 'team' | 'project' })
  | (DeclaredLevel & { readonly kind: 'user'; readonly email: string })
  | (DeclaredLevel &
      DeclaredParents &
      DeclaredKeyTerms & {
        readonly kind: 'virtual_key';
        /** The key itself, from a secret of the environment. */
        readonly key: string;
        /** ISO 8601. */
        readonly expires_at?: string | null;
        readonly disabled?: boolean;
      });
