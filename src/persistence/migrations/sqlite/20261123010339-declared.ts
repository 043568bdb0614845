import { Migration } from '@mikro-orm/migrations';

export class Declared20261123010339 extends Migration {
  override up(): void {
    this.addSql(
      'create table `declared_state` (`id` integer not null primary key, `version` text not null, `revision` integer not null, `deployed_at` datetime not null, `applied_at` datetime not null, `applied_by` text not null)',
    );
    this.addSql('alter table `policies` add column `declared_key` text null');
    this.addSql('alter table `price_overrides` add column `managed_by` text null');
    this.addSql('alter table `price_overrides` add column `declared_key` text null');
    this.addSql('alter table `roles` add column `managed_by` text null');
    this.addSql('alter table `roles` add column `declared_key` text null');
  }

  override down(): void {
    this.addSql('drop table if exists `declared_state`');
    this.addSql('alter table `policies` drop column `declared_key`');
    this.addSql('alter table `price_overrides` drop column `managed_by`');
    this.addSql('alter table `price_overrides` drop column `declared_key`');
    this.addSql('alter table `roles` drop column `managed_by`');
    this.addSql('alter table `roles` drop column `declared_key`');
  }
}
