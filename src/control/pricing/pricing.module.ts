import { Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { BudgetWindowsModule } from '../budgets/budget-windows.module.js';
import { Notices } from '../notices/notices.port.js';
import { KeptCopies } from '../tenancy/kept-copy.js';
import { readPriceBook } from './book/price-book.js';
import { BookPricing } from './book-pricing.js';
import { readPriceFile } from './document/price-file.js';
import { OverrideSet } from './overrides/override-set.js';
import { PriceOverrideFeed } from './overrides/price-override-feed.js';
import { PriceOverrideStore } from './overrides/price-override-store.port.js';
import { OrmPriceOverrideStore } from './overrides/price-override.repository.js';
import type { PriceOverride } from './overrides/price-override.types.js';
import { PriceIndex } from './price-index.js';
import { PriceOverridesService } from './price-overrides.service.js';
import { PricesController } from './prices.controller.js';
import { PricesService } from './prices.service.js';
import { Pricing } from './pricing.port.js';

/** What models cost, and when budgets begin anew. */
@Module({
  imports: [BudgetWindowsModule],
  controllers: [PricesController],
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: PriceOverrideStore, useClass: OrmPriceOverrideStore },
    { provide: BookPricing, useFactory: openPricing, inject: [AppConfig] },
    { provide: Pricing, useExisting: BookPricing },
    {
      provide: PriceOverrideFeed,
      useFactory: (
        store: PriceOverrideStore,
        clock: Clock,
        pricing: BookPricing,
        notices?: Notices,
        copies?: KeptCopies,
      ) =>
        new PriceOverrideFeed(
          store,
          clock,
          notices,
          (overrides) => pricing.replace(overrides),
          copies?.of<readonly PriceOverride[]>('prices'),
        ),
      inject: [
        PriceOverrideStore,
        Clock,
        BookPricing,
        { token: Notices, optional: true },
        { token: KeptCopies, optional: true },
      ],
    },
    {
      provide: PricesService,
      useFactory: (pricing: BookPricing, clock: Clock) => new PricesService(pricing, clock),
      inject: [BookPricing, Clock],
    },
    {
      provide: PriceOverridesService,
      useFactory: (store: PriceOverrideStore, feed: PriceOverrideFeed) => new PriceOverridesService(store, feed),
      inject: [PriceOverrideStore, PriceOverrideFeed],
    },
  ],
  exports: [Pricing, BudgetWindowsModule],
})
export class PricingModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly feed: PriceOverrideFeed) {}

  /** After the database's first attempt, before the first call. */
  onApplicationBootstrap(): Promise<void> {
    return this.feed.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.feed.stop();
  }
}

/** The gateway's book, and on top of it the operator's file. */
function openPricing({ ASBRU_PRICE_FILE: path }: AppConfig): BookPricing {
  const book = readPriceBook();
  const index = path === undefined ? PriceIndex.of(book) : PriceIndex.layered(book, readPriceFile(path));
  return new BookPricing(index, OverrideSet.EMPTY);
}
