import { Migration } from '@mikro-orm/migrations';

export class Administrators20261123000228 extends Migration {
  override up(): void {
    this.addSql(
      'create table `admin_state` (`id` text not null primary key, `version` integer not null, `setup_digest` text null, `setup_made_at` datetime null)',
    );
    this.addSql(
      'create table `admin_tokens` (`id` text not null primary key, `organization_id` text null, `name` text not null, `prefix` text not null, `digest` text not null, `pepper_id` text not null, `role_id` text null, `permissions` text null, `expires_at` datetime null, `last_used_at` datetime null, `created_by` text not null, `created_at` datetime not null, `updated_at` datetime not null, `revoked_at` datetime null, `revoked_by` text null)',
    );
    this.addSql('create index `admin_tokens_organization_id_index` on `admin_tokens` (`organization_id`)');
    this.addSql('create unique index `admin_tokens_digest_unique` on `admin_tokens` (`digest`)');
    this.addSql('create index `admin_tokens_created_at_id_index` on `admin_tokens` (`created_at`, `id`)');
    this.addSql(
      'create table `roles` (`id` text not null primary key, `organization_id` text null, `name` text not null, `description` text null, `permissions` text not null, `created_by` text not null, `created_at` datetime not null, `updated_at` datetime not null)',
    );
    this.addSql('create index `roles_organization_id_index` on `roles` (`organization_id`)');
  }

  override down(): void {
    this.addSql('drop table if exists `admin_state`');
    this.addSql('drop table if exists `admin_tokens`');
    this.addSql('drop table if exists `roles`');
  }
}
