import { Injectable } from '@nestjs/common';
import { Random } from '../../../common/random/random.port.js';
import { Clock } from '../../../common/time/clock.port.js';
import type { GatewaySettings, RouteSettings } from '../../../config/file/gateway-settings.types.js';
import { AdaptiveBalancer } from '../balancing/adaptive-balancer.js';
import { balancerOptions } from '../balancing/options-of-settings.js';
import { OrderedTargets } from '../balancing/ordered-targets.js';
import type { TargetOrder } from '../balancing/target-order.port.js';
import { WeightedTargets } from '../balancing/weighted-targets.js';
import { HealthBook } from '../health/health-book.js';

type Orders = Readonly<Record<RouteSettings['strategy'], TargetOrder>>;

/** The ways to put targets in order, made anew when the settings change. */
@Injectable()
export class TargetOrders {
  private orders: Orders | undefined;
  private version = '';

  constructor(
    private readonly book: HealthBook,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  of(strategy: RouteSettings['strategy'], settings: GatewaySettings): TargetOrder {
    if (!this.orders || settings.version !== this.version) {
      this.version = settings.version;
      this.orders = this.make(settings);
    }
    return this.orders[strategy];
  }

  private make({ routing: { adaptive } }: GatewaySettings): Orders {
    const { book, clock, random } = this;
    const options = balancerOptions(adaptive);
    return {
      ordered: new OrderedTargets(book, clock, options),
      weighted: new WeightedTargets(book, clock, random, options),
      adaptive: new AdaptiveBalancer(book, clock, random, options),
    };
  }
}
