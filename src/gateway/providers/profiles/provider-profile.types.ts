import type {
  ProfileOperation,
  ReasoningHistory,
  StatusMeaning,
  TokenLimit,
} from '../../../config/file/profile-values.js';
import type { ParameterTable } from '../parameter-table.js';
import type { Operation } from '../provider.port.js';

/**
 * An upstream that speaks OpenAI's dialect, as data: everything in which it differs from OpenAI, and where that is
 * written. A provider is made of it without any code of its own.
 */
export interface ProviderProfile {
  /** As configuration calls the type. */
  readonly kind: string;
  /** As its vendor writes it. */
  readonly title: string;
  /** What its vendor documents. */
  readonly operations: readonly Operation[];
  readonly paths: ProfilePaths;
  readonly auth: ProfileAuth;
  readonly chat: ChatRules;
  /** Undefined: without text completions. */
  readonly text?: TextRules;
  readonly answers: AnswerRules;
  /** Where the facts come from; what no source proves, says so. */
  readonly sources: readonly ProfileSource[];
}

export interface ProfileSource {
  readonly url: string;
  /** Day on which it was read. */
  readonly asOf: string;
  /** What it proves. */
  readonly proves: string;
}

/** Operations that have an address. */
export type AddressedOperation = Extract<Operation, ProfileOperation>;

export interface ProfilePaths {
  /** What OpenAI's paths below `/v1` begin with here; `{deployment}` stands for the deployment of the model. */
  readonly root: string;
  /** Operations that are elsewhere, below the base URL. */
  readonly own?: Readonly<Partial<Record<AddressedOperation, string>>>;
  /** Appended to each path, as in `api-version=2024-10-21`. */
  readonly query?: string;
}

export interface ProfileAuth {
  /** In lower case. */
  readonly header: string;
  /** What stands before the key, as in `Bearer`; empty: nothing. */
  readonly scheme: string;
}

/** What becomes of a caller's effort: the fields that are sent in its place. */
export type EffortFields = Readonly<Record<string, unknown>>;

export interface ChatRules {
  readonly parameters: ParameterTable;
  /** Parameters that have another name here, by OpenAI's name. */
  readonly renames: Readonly<Record<string, string>>;
  /** Under which name the token limit is sent; `as_sent`: both are known, and one at a time. */
  readonly tokenLimit: TokenLimit;
  /** Whether there is a role `developer`; else it is sent as `system`. */
  readonly developerRole: boolean;
  /** Keys of messages that are refused here; they are left out and named. */
  readonly messageKeys: { readonly filter: readonly string[] };
  /**
   * How the reasoning of earlier turns is sent back: under a name, as parts of the content (Mistral), or `none`: it is left
   * out and named.
   */
  readonly reasoningHistory: ReasoningHistory;
  /** Length of the ids of tool calls where no other is taken; ids that do not fit are replaced in calls and results. */
  readonly toolCallIdLength?: number;
  /** By the caller's `reasoning_effort`; one that is not there is filtered. `pass`: as it came. */
  readonly effort: 'pass' | Readonly<Record<string, EffortFields>>;
  readonly streams: StreamRules;
}

export interface TextRules {
  readonly parameters: ParameterTable;
  readonly renames: Readonly<Record<string, string>>;
  readonly streams: StreamRules;
}

export interface StreamRules {
  /** Whether `stream_options` may be sent; without it the upstream says its usage unasked, or never. */
  readonly options: boolean;
}

export interface AnswerRules {
  /** Where a stream's usage stands when it is not `usage`, as a path of names. */
  readonly usagePath?: readonly string[];
  /** Whether the tokens of reasoning are counted beside `completion_tokens`, and not in them. */
  readonly reasoningApart?: boolean;
  /** Whether reasoning comes in the content, between `<think>` and `</think>`. */
  readonly thinkTags: boolean;
  /** Rate-limit headers that have names of their own, by name: OpenAI's name, and what a reset is counted in. */
  readonly rateLimits: Readonly<Record<string, RateLimitHeader>>;
  /**
   * What statuses mean that OpenAI uses for something else: `invalid`, the caller's request; `busy`, as 429; `unavailable`,
   * as 503; `credit`, the account's money.
   */
  readonly statuses: Readonly<Record<number, StatusMeaning>>;
}

export interface RateLimitHeader {
  readonly name: string;
  /** `duration`: as in `1m26s`, or seconds; the others are points in time. */
  readonly form: 'count' | 'duration' | 'epoch_seconds' | 'epoch_ms';
}
