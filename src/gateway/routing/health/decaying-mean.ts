/** A mean in which a sample counts half as much after each half-life. Constant memory. */
export class DecayingMean {
  private sum = 0;
  private weight = 0;
  private at = 0;

  constructor(private readonly halfLifeMs: number) {}

  /** `weight` says how many samples the value stands for; a ratio of sums is a mean with weights. */
  add(now: number, value: number, weight = 1): void {
    this.decay(now);
    this.sum += value * weight;
    this.weight += weight;
  }

  /** How many samples it still stands for. */
  count(now: number): number {
    this.decay(now);
    return this.weight;
  }

  /** The mean, with `priorWeight` samples of `prior` beside the real ones, so that one sample is not the truth. */
  value(now: number, prior: number, priorWeight: number): number {
    this.decay(now);
    return (this.sum + prior * priorWeight) / (this.weight + priorWeight);
  }

  /** The mean of the samples alone; undefined when they have all but faded. */
  mean(now: number): number | undefined {
    this.decay(now);
    return this.weight < FADED ? undefined : this.sum / this.weight;
  }

  clear(): void {
    this.sum = 0;
    this.weight = 0;
  }

  private decay(now: number): void {
    const passed = now - this.at;
    if (passed <= 0) return;
    const factor = 2 ** (-passed / this.halfLifeMs);
    this.sum *= factor;
    this.weight *= factor;
    this.at = now;
  }
}

const FADED = 0.01;
