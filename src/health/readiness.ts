import { Injectable } from '@nestjs/common';

/** Whether load balancers should send requests here. Turned off before the process stops, never by a shared dependency. */
@Injectable()
export class Readiness {
  private draining = false;

  get isReady(): boolean {
    return !this.draining;
  }

  drain(): void {
    this.draining = true;
  }
}
