import { Migration } from '@mikro-orm/migrations';

export class Administrators20261123000228 extends Migration {
  override up(): void {
    this.addSql(
      'create table "admin_state" ("id" varchar(16) not null, "version" int not null, "setup_digest" varchar(64) null, "setup_made_at" timestamptz(3) null, primary key ("id"))',
    );
    this.addSql(
      'create table "admin_tokens" ("id" varchar(40) not null, "organization_id" varchar(64) null, "name" varchar(100) not null, "prefix" varchar(32) not null, "digest" varchar(64) not null, "pepper_id" varchar(32) not null, "role_id" varchar(40) null, "permissions" text null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "created_by" varchar(40) not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "revoked_at" timestamptz(3) null, "revoked_by" varchar(40) null, primary key ("id"))',
    );
    this.addSql('create index "admin_tokens_organization_id_index" on "admin_tokens" ("organization_id")');
    this.addSql('alter table "admin_tokens" add constraint "admin_tokens_digest_unique" unique ("digest")');
    this.addSql('create index "admin_tokens_created_at_id_index" on "admin_tokens" ("created_at", "id")');
    this.addSql(
      'create table "roles" ("id" varchar(40) not null, "organization_id" varchar(64) null, "name" varchar(100) not null, "description" varchar(500) null, "permissions" text not null, "created_by" varchar(40) not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"))',
    );
    this.addSql('create index "roles_organization_id_index" on "roles" ("organization_id")');
  }

  override down(): void {
    this.addSql('drop table if exists "admin_state" cascade');
    this.addSql('drop table if exists "admin_tokens" cascade');
    this.addSql('drop table if exists "roles" cascade');
  }
}
