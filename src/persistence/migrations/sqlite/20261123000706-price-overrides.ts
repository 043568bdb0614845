import { Migration } from '@mikro-orm/migrations';

export class PriceOverrides20261123000706 extends Migration {
  override up(): void {
    this.addSql(
      'create table `price_overrides` (`id` text not null primary key, `organization_id` text null, `provider` text not null, `model` text not null, `rates` text not null, `valid_from` datetime null, `valid_until` datetime null, `note` text null, `revision` integer not null, `updated_by` text null, `created_at` datetime not null, `updated_at` datetime not null)',
    );
    this.addSql('create index `price_overrides_organization_id_index` on `price_overrides` (`organization_id`)');
    this.addSql('create table `price_versions` (`id` text not null primary key, `version` integer not null)');
  }

  override down(): void {
    this.addSql('drop table if exists `price_overrides`');
    this.addSql('drop table if exists `price_versions`');
  }
}
