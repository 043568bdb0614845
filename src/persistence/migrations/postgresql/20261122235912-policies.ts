import { Migration } from '@mikro-orm/migrations';

export class Policies20261122235912 extends Migration {
  override up(): void {
    this.addSql(
      'create table "policies" ("id" varchar(64) not null, "organization_id" varchar(64) null, "name" varchar(200) not null, "description" text not null, "expression" text not null, "effect" varchar(16) not null, "target_model" varchar(256) null, "caps" text not null, "message" text null, "scope" varchar(16) not null, "scope_id" varchar(64) null, "priority" int not null, "enabled" boolean not null, "dry_run" boolean not null, "models" text not null, "managed_by" varchar(8) not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"))',
    );
    this.addSql(
      'create index "policies_organization_id_created_at_id_index" on "policies" ("organization_id", "created_at", "id")',
    );
    this.addSql('create table "policy_versions" ("id" int not null, "version" bigint not null, primary key ("id"))');
  }

  override down(): void {
    this.addSql('drop table if exists "policies" cascade');
    this.addSql('drop table if exists "policy_versions" cascade');
  }
}
