import { Injectable } from '@nestjs/common';

/** How many requests are being answered. */
@Injectable()
export class InFlight {
  private running = 0;

  get count(): number {
    return this.running;
  }

  begin(): void {
    this.running++;
  }

  end(): void {
    this.running--;
  }
}
