import { Migration } from '@mikro-orm/migrations';

export class Policies20261122235912 extends Migration {
  override up(): void {
    this.addSql(
      'create table `policies` (`id` text not null primary key, `organization_id` text null, `name` text not null, `description` text not null, `expression` text not null, `effect` text not null, `target_model` text null, `caps` text not null, `message` text null, `scope` text not null, `scope_id` text null, `priority` integer not null, `enabled` integer not null, `dry_run` integer not null, `models` text not null, `managed_by` text not null, `created_at` datetime not null, `updated_at` datetime not null)',
    );
    this.addSql(
      'create index `policies_organization_id_created_at_id_index` on `policies` (`organization_id`, `created_at`, `id`)',
    );
    this.addSql('create table `policy_versions` (`id` integer not null primary key, `version` bigint not null)');
  }

  override down(): void {
    this.addSql('drop table if exists `policies`');
    this.addSql('drop table if exists `policy_versions`');
  }
}
