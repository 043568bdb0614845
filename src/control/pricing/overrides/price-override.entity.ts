import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'PriceOverrideRow',
  tableName: 'price_overrides',
  properties: {
    id: p.string().length(64).primary(),
    // Null is an override for everybody.
    organizationId: p.string().length(64).nullable().index(),
    provider: p.string().length(200),
    model: p.string().length(200),
    // Integer micro-dollars by the names of `Pricings`, as JSON text: it is read and written whole.
    rates: p.text(),
    validFrom: p.datetime(3).nullable(),
    validUntil: p.datetime(3).nullable(),
    note: p.text().nullable(),
    revision: p.integer(),
    updatedBy: p.string().length(64).nullable(),
    // Null counts as the API's: rows of before had no such column.
    managedBy: p.string().length(8).nullable(),
    // Where the file declares it.
    declaredKey: p.string().length(500).nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A price override as it lies in the database: `PriceOverride` says what the columns mean. */
export class PriceOverrideRow extends schema.class {}
schema.setClass(PriceOverrideRow);
