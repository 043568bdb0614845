import { Injectable } from '@nestjs/common';
import { Draining } from '../common/context/draining.js';

/** Whether load balancers should send requests here. Turned off before the process stops, never by a shared dependency. */
@Injectable()
export class Readiness {
  constructor(private readonly draining: Draining) {}

  get isReady(): boolean {
    return !this.draining.hasBegun;
  }
}
