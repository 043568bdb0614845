import { Migration } from '@mikro-orm/migrations';

export class PriceOverrides20261123000706 extends Migration {
  override up(): void {
    this.addSql(
      'create table "price_overrides" ("id" varchar(64) not null, "organization_id" varchar(64) null, "provider" varchar(200) not null, "model" varchar(200) not null, "rates" text not null, "valid_from" timestamptz(3) null, "valid_until" timestamptz(3) null, "note" text null, "revision" int not null, "updated_by" varchar(64) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"))',
    );
    this.addSql('create index "price_overrides_organization_id_index" on "price_overrides" ("organization_id")');
    this.addSql(
      'create table "price_versions" ("id" varchar(16) not null, "version" int not null, primary key ("id"))',
    );
  }

  override down(): void {
    this.addSql('drop table if exists "price_overrides" cascade');
    this.addSql('drop table if exists "price_versions" cascade');
  }
}
