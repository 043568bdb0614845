import { Migration } from '@mikro-orm/migrations';

export class GovernanceEntities20261122235102 extends Migration {
  override up(): void {
    this.addSql(
      'create table `budgets` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `level` text not null, `level_id` text not null, `amount` bigint not null, `period` text not null, `time_zone` text not null, `mode` text not null, `thresholds` text not null, `models` text not null, `providers` text not null, `overrides` text not null)',
    );
    this.addSql(
      'create index `budgets_organization_id_created_at_index` on `budgets` (`organization_id`, `created_at`)',
    );
    this.addSql('create index `budgets_level_level_id_index` on `budgets` (`level`, `level_id`)');
    this.addSql(
      'create table `control_changes` (`version` bigint not null, `kind` text not null, `id` text not null, `organization_id` text not null, primary key (`version`, `kind`, `id`))',
    );
    this.addSql('create table `control_version` (`id` integer not null primary key, `version` bigint not null)');
    this.addSql(
      'create table `customers` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `external_id` text null)',
    );
    this.addSql(
      'create index `customers_organization_id_created_at_index` on `customers` (`organization_id`, `created_at`)',
    );
    this.addSql(
      'create table `organizations` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null)',
    );
    this.addSql(
      'create index `organizations_organization_id_created_at_index` on `organizations` (`organization_id`, `created_at`)',
    );
    this.addSql(
      'create table `projects` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `external_id` text null, `team_id` text null, `customer_id` text null)',
    );
    this.addSql('create index `projects_team_id_index` on `projects` (`team_id`)');
    this.addSql('create index `projects_customer_id_index` on `projects` (`customer_id`)');
    this.addSql(
      'create index `projects_organization_id_created_at_index` on `projects` (`organization_id`, `created_at`)',
    );
    this.addSql(
      'create table `rate_limits` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `level` text not null, `level_id` text not null, `metric` text not null, `limit` bigint not null, `window_ms` integer not null, `models` text not null, `providers` text not null)',
    );
    this.addSql(
      'create index `rate_limits_organization_id_created_at_index` on `rate_limits` (`organization_id`, `created_at`)',
    );
    this.addSql('create index `rate_limits_level_level_id_index` on `rate_limits` (`level`, `level_id`)');
    this.addSql(
      'create table `team_members` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `team_id` text not null, `user_id` text not null)',
    );
    this.addSql('create index `team_members_user_id_index` on `team_members` (`user_id`)');
    this.addSql(
      'create index `team_members_organization_id_created_at_index` on `team_members` (`organization_id`, `created_at`)',
    );
    this.addSql('create index `team_members_team_id_index` on `team_members` (`team_id`)');
    this.addSql(
      'create table `teams` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `external_id` text null, `customer_id` text null)',
    );
    this.addSql('create index `teams_customer_id_index` on `teams` (`customer_id`)');
    this.addSql('create index `teams_organization_id_created_at_index` on `teams` (`organization_id`, `created_at`)');
    this.addSql(
      'create table `users` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `email` text not null, `external_id` text null)',
    );
    this.addSql('create index `users_organization_id_created_at_index` on `users` (`organization_id`, `created_at`)');
    this.addSql('create unique index `users_organization_id_email_unique` on `users` (`organization_id`, `email`)');
    this.addSql(
      'create table `virtual_keys` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `name` text not null, `description` text null, `customer_id` text null, `team_id` text null, `project_id` text null, `user_id` text null, `status` text not null, `expires_at` datetime null, `revoked_at` datetime null, `terms` text not null)',
    );
    this.addSql('create index `virtual_keys_customer_id_index` on `virtual_keys` (`customer_id`)');
    this.addSql('create index `virtual_keys_team_id_index` on `virtual_keys` (`team_id`)');
    this.addSql('create index `virtual_keys_project_id_index` on `virtual_keys` (`project_id`)');
    this.addSql('create index `virtual_keys_user_id_index` on `virtual_keys` (`user_id`)');
    this.addSql(
      'create index `virtual_keys_organization_id_created_at_index` on `virtual_keys` (`organization_id`, `created_at`)',
    );
    this.addSql(
      'create table `virtual_key_secrets` (`id` text not null primary key, `organization_id` text not null, `managed_by` text not null, `declared_key` text null, `created_at` datetime not null, `updated_at` datetime not null, `key_id` text not null, `digest` text not null, `pepper_id` text not null, `prefix` text not null, `valid_until` datetime null)',
    );
    this.addSql('create index `virtual_key_secrets_key_id_index` on `virtual_key_secrets` (`key_id`)');
    this.addSql('create unique index `virtual_key_secrets_digest_unique` on `virtual_key_secrets` (`digest`)');
    this.addSql(
      'create index `virtual_key_secrets_organization_id_created_at_index` on `virtual_key_secrets` (`organization_id`, `created_at`)',
    );
    // The first version, and the organisation of those who name none.
    this.addSql('insert into control_version (id, version) values (1, 1)');
    this.addSql(
      `insert into organizations (id, organization_id, managed_by, created_at, updated_at, name) values ('org_default', 'org_default', 'api', unixepoch() * 1000, unixepoch() * 1000, 'Default')`,
    );
  }

  override down(): void {
    this.addSql('drop table if exists `budgets`');
    this.addSql('drop table if exists `control_changes`');
    this.addSql('drop table if exists `control_version`');
    this.addSql('drop table if exists `customers`');
    this.addSql('drop table if exists `organizations`');
    this.addSql('drop table if exists `projects`');
    this.addSql('drop table if exists `rate_limits`');
    this.addSql('drop table if exists `team_members`');
    this.addSql('drop table if exists `teams`');
    this.addSql('drop table if exists `users`');
    this.addSql('drop table if exists `virtual_keys`');
    this.addSql('drop table if exists `virtual_key_secrets`');
  }
}
