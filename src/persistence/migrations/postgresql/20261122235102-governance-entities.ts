import { Migration } from '@mikro-orm/migrations';

export class GovernanceEntities20261122235102 extends Migration {
  override up(): void {
    this.addSql(
      'create table "budgets" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "level" varchar(16) not null, "level_id" varchar(64) not null, "amount" bigint not null, "period" varchar(16) not null, "time_zone" varchar(64) not null, "mode" varchar(8) not null, "thresholds" text not null, "models" text not null, "providers" text not null, "overrides" text not null, primary key ("id"))',
    );
    this.addSql(
      'create index "budgets_organization_id_created_at_index" on "budgets" ("organization_id", "created_at")',
    );
    this.addSql('create index "budgets_level_level_id_index" on "budgets" ("level", "level_id")');
    this.addSql(
      'create table "control_changes" ("version" bigint not null, "kind" varchar(32) not null, "id" varchar(130) not null, "organization_id" varchar(64) not null, primary key ("version", "kind", "id"))',
    );
    this.addSql('create table "control_version" ("id" int not null, "version" bigint not null, primary key ("id"))');
    this.addSql(
      'create table "customers" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "external_id" varchar(200) null, primary key ("id"))',
    );
    this.addSql(
      'create index "customers_organization_id_created_at_index" on "customers" ("organization_id", "created_at")',
    );
    this.addSql(
      'create table "organizations" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, primary key ("id"))',
    );
    this.addSql(
      'create index "organizations_organization_id_created_at_index" on "organizations" ("organization_id", "created_at")',
    );
    this.addSql(
      'create table "projects" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "external_id" varchar(200) null, "team_id" varchar(64) null, "customer_id" varchar(64) null, primary key ("id"))',
    );
    this.addSql('create index "projects_team_id_index" on "projects" ("team_id")');
    this.addSql('create index "projects_customer_id_index" on "projects" ("customer_id")');
    this.addSql(
      'create index "projects_organization_id_created_at_index" on "projects" ("organization_id", "created_at")',
    );
    this.addSql(
      'create table "rate_limits" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "level" varchar(16) not null, "level_id" varchar(64) not null, "metric" varchar(16) not null, "limit" bigint not null, "window_ms" int not null, "models" text not null, "providers" text not null, primary key ("id"))',
    );
    this.addSql(
      'create index "rate_limits_organization_id_created_at_index" on "rate_limits" ("organization_id", "created_at")',
    );
    this.addSql('create index "rate_limits_level_level_id_index" on "rate_limits" ("level", "level_id")');
    this.addSql(
      'create table "team_members" ("id" varchar(130) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "team_id" varchar(64) not null, "user_id" varchar(64) not null, primary key ("id"))',
    );
    this.addSql('create index "team_members_user_id_index" on "team_members" ("user_id")');
    this.addSql(
      'create index "team_members_organization_id_created_at_index" on "team_members" ("organization_id", "created_at")',
    );
    this.addSql('create index "team_members_team_id_index" on "team_members" ("team_id")');
    this.addSql(
      'create table "teams" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "external_id" varchar(200) null, "customer_id" varchar(64) null, primary key ("id"))',
    );
    this.addSql('create index "teams_customer_id_index" on "teams" ("customer_id")');
    this.addSql('create index "teams_organization_id_created_at_index" on "teams" ("organization_id", "created_at")');
    this.addSql(
      'create table "users" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "email" varchar(320) not null, "external_id" varchar(200) null, primary key ("id"))',
    );
    this.addSql('create index "users_organization_id_created_at_index" on "users" ("organization_id", "created_at")');
    this.addSql(
      'alter table "users" add constraint "users_organization_id_email_unique" unique ("organization_id", "email")',
    );
    this.addSql(
      'create table "virtual_keys" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "name" varchar(200) not null, "description" varchar(1000) null, "customer_id" varchar(64) null, "team_id" varchar(64) null, "project_id" varchar(64) null, "user_id" varchar(64) null, "status" varchar(16) not null, "expires_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "terms" text not null, primary key ("id"))',
    );
    this.addSql('create index "virtual_keys_customer_id_index" on "virtual_keys" ("customer_id")');
    this.addSql('create index "virtual_keys_team_id_index" on "virtual_keys" ("team_id")');
    this.addSql('create index "virtual_keys_project_id_index" on "virtual_keys" ("project_id")');
    this.addSql('create index "virtual_keys_user_id_index" on "virtual_keys" ("user_id")');
    this.addSql(
      'create index "virtual_keys_organization_id_created_at_index" on "virtual_keys" ("organization_id", "created_at")',
    );
    this.addSql(
      'create table "virtual_key_secrets" ("id" varchar(64) not null, "organization_id" varchar(64) not null, "managed_by" varchar(8) not null, "declared_key" varchar(200) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "key_id" varchar(64) not null, "digest" varchar(64) not null, "pepper_id" varchar(32) not null, "prefix" varchar(32) not null, "valid_until" timestamptz(3) null, primary key ("id"))',
    );
    this.addSql('create index "virtual_key_secrets_key_id_index" on "virtual_key_secrets" ("key_id")');
    this.addSql(
      'alter table "virtual_key_secrets" add constraint "virtual_key_secrets_digest_unique" unique ("digest")',
    );
    this.addSql(
      'create index "virtual_key_secrets_organization_id_created_at_index" on "virtual_key_secrets" ("organization_id", "created_at")',
    );
    // The first version, and the organisation of those who name none.
    this.addSql('insert into control_version (id, version) values (1, 1)');
    this.addSql(
      `insert into organizations (id, organization_id, managed_by, created_at, updated_at, name) values ('org_default', 'org_default', 'api', now(), now(), 'Default')`,
    );
  }

  override down(): void {
    this.addSql('drop table if exists "budgets" cascade');
    this.addSql('drop table if exists "control_changes" cascade');
    this.addSql('drop table if exists "control_version" cascade');
    this.addSql('drop table if exists "customers" cascade');
    this.addSql('drop table if exists "organizations" cascade');
    this.addSql('drop table if exists "projects" cascade');
    this.addSql('drop table if exists "rate_limits" cascade');
    this.addSql('drop table if exists "team_members" cascade');
    this.addSql('drop table if exists "teams" cascade');
    this.addSql('drop table if exists "users" cascade');
    this.addSql('drop table if exists "virtual_keys" cascade');
    this.addSql('drop table if exists "virtual_key_secrets" cascade');
  }
}
