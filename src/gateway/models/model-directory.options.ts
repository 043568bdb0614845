/** How the model directory keeps itself up to date; every time is in milliseconds. */
export class ModelDirectoryOptions {
  /** Age from which a live list is fetched again. */
  refreshMs = 300_000;
  /** Pause after a failed fetch, so that a broken upstream is not asked at every request. */
  retryMs = 15_000;
  /** After how long a fetch counts as failed. */
  timeoutMs = 10_000;
  /** How long a caller waits for the very first list before the catalogue answers. */
  firstListMs = 2_000;
  /** Whether lists are fetched at start and by the clock too, not only when somebody asks. */
  background = true;

  constructor(overrides: Partial<ModelDirectoryOptions> = {}) {
    Object.assign(this, overrides);
  }
}
