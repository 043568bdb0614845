import { Migration } from '@mikro-orm/migrations';

export class Usage20261122235118 extends Migration {
  override up(): void {
    this.addSql(
      'create table `budget_balances` (`budget_id` text not null, `window_start` bigint not null, `organization_id` text not null, `spent` bigint not null, `counts_until` bigint null, `created_at` datetime not null, `updated_at` datetime not null, primary key (`budget_id`, `window_start`))',
    );
    this.addSql('create index `budget_balances_organization_id_index` on `budget_balances` (`organization_id`)');
    this.addSql('create index `budget_balances_updated_at_index` on `budget_balances` (`updated_at`)');
    this.addSql(
      'create table `outbox` (`id` text not null primary key, `organization_id` text not null, `kind` text not null, `reference` text not null, `created_at` datetime not null)',
    );
    this.addSql('create index `outbox_created_at_index` on `outbox` (`created_at`)');
    this.addSql(
      'create table `usage_records` (`id` text not null primary key, `request_id` text not null, `client_request_id` text null, `organization_id` text not null, `customer_id` text null, `team_id` text null, `project_id` text null, `user_id` text null, `virtual_key_id` text null, `tags` text not null, `operation` text not null, `requested_model` text not null, `provider` text not null, `model` text not null, `upstream_key` text not null, `cause` text not null, `streamed` integer not null, `started_at` datetime not null, `ended_at` datetime not null, `duration_ms` bigint null, `first_token_ms` bigint null, `outcome` text not null, `status` integer null, `input_tokens` bigint not null, `cached_input_tokens` bigint not null, `cache_write_tokens` bigint not null, `output_tokens` bigint not null, `reasoning_tokens` bigint not null, `usage_source` text not null, `cost` bigint not null, `reserved_cost` bigint not null, `price_id` text null, `upstream_request_id` text null, `budgets` text not null, `recorded_at` datetime not null)',
    );
    this.addSql('create index `usage_records_started_at_index` on `usage_records` (`started_at`)');
    this.addSql('create index `usage_records_ended_at_id_index` on `usage_records` (`ended_at`, `id`)');
    this.addSql(
      'create index `usage_records_organization_id_ended_at_index` on `usage_records` (`organization_id`, `ended_at`)',
    );
    this.addSql(
      'create index `usage_records_virtual_key_id_ended_at_index` on `usage_records` (`virtual_key_id`, `ended_at`)',
    );
    this.addSql('create index `usage_records_team_id_ended_at_index` on `usage_records` (`team_id`, `ended_at`)');
    this.addSql('create index `usage_records_project_id_ended_at_index` on `usage_records` (`project_id`, `ended_at`)');
    this.addSql('create index `usage_records_user_id_ended_at_index` on `usage_records` (`user_id`, `ended_at`)');
    this.addSql(
      'create index `usage_records_customer_id_ended_at_index` on `usage_records` (`customer_id`, `ended_at`)',
    );
  }

  override down(): void {
    this.addSql('drop table if exists `budget_balances`');
    this.addSql('drop table if exists `outbox`');
    this.addSql('drop table if exists `usage_records`');
  }
}
