/** What a provider's `type` may be, and what follows from it. */
export const PROVIDER_TYPES = {
  cerebras: { baseUrl: 'https://api.cerebras.ai' },
  anthropic: { baseUrl: 'https://api.anthropic.com' },
  gemini: { baseUrl: 'https://generativelanguage.googleapis.com' },
  openai: { baseUrl: 'https://api.openai.com' },
} as const;

export type ProviderType = keyof typeof PROVIDER_TYPES;

/** The one source of the defaults, in the words of the file: the schema publishes them and the snapshot applies them. */
export const DEFAULTS = {
  allow_private_addresses: false,
  passthrough_keys: false,
  key: { weight: 1, models: ['*'] },
  timeouts: {
    connect_ms: 2_000,
    first_byte_ms: 30_000,
    first_token_ms: 30_000,
    idle_ms: 30_000,
    total_ms: 900_000,
    after_finish_ms: 1_500,
  },
  retries: { max: 2, budget_percent: 20, budget_floor: 3, base_ms: 100, max_wait_ms: 2_000 },
  breaker: {
    consecutive_failures: 5,
    failure_ratio: 0.5,
    minimum_requests: 20,
    window_ms: 10_000,
    slow_ms: null,
    open_ms: 5_000,
  },
  malformed_chunk: 'fail',
  retired_key_probe_ms: 60_000,
  route: { strategy: 'ordered', fallback_on_content_filter: false, resume: 'off' },
  target: { weight: 1 },
  hedge: { enabled: false, percentile: 95, min_ms: 200 },
  session_affinity: { enabled: true, headers: ['x-asbru-session'], prompt_cache_key: true },
  quota_queue: { max_waiting: 100, max_wait_ms: 5_000 },
  adaptive: {
    choice: 'power_of_two',
    recompute_ms: 1_000,
    ewma_half_life_ms: 10_000,
    minimum_requests: 5,
    exploration_percent: 5,
    degraded_error_rate: 0.05,
    failed_error_rate: 0.25,
    degraded_latency_ratio: 2,
    failed_hold_ms: 5_000,
    recovery_start_percent: 10,
    recovery_ramp_ms: 30_000,
  },
  influence: { errors: 0.5, first_token: 0.2, throughput: 0.1, queue_time: 0.1, utilisation: 0.1 },
} as const;
