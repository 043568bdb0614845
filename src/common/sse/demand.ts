/**
 * What a slow reader says to a producer: pause, or go on. One per response.
 * The producer registers how it is paused (its upstream socket stops being read) and resumed.
 */
export class Demand {
  private paused = false;
  private onPause?: () => void;
  private onResume?: () => void;

  get isPaused(): boolean {
    return this.paused;
  }

  /** Called by the producer. A demand that is paused already pauses it at once. */
  control(onPause: () => void, onResume: () => void): void {
    this.onPause = onPause;
    this.onResume = onResume;
    if (this.paused) onPause();
  }

  /** Called by the reader when its buffer is full. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.onPause?.();
  }

  /** Called by the reader when it wants more. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.onResume?.();
  }
}
