import { Migration } from '@mikro-orm/migrations';

export class Responses20261122203236 extends Migration {
  override up(): void {
    this.addSql(
      'create table "response_events" ("scope" varchar(200) not null, "response_id" varchar(200) not null, "first" int not null, "last" int not null, "frames" bytea not null, "expires_at" timestamptz(3) not null, primary key ("scope", "response_id", "first"))',
    );
    this.addSql('create index "response_events_expires_at_index" on "response_events" ("expires_at")');
    this.addSql(
      'create table "response_items" ("scope" varchar(200) not null, "item_id" varchar(200) not null, "response_id" varchar(200) not null, "expires_at" timestamptz(3) not null, primary key ("scope", "item_id", "response_id"))',
    );
    this.addSql('create index "response_items_expires_at_index" on "response_items" ("expires_at")');
    this.addSql(
      'create table "responses" ("scope" varchar(200) not null, "id" varchar(200) not null, "status" varchar(16) not null, "background" boolean not null, "previous_id" varchar(200) null, "body" text not null, "input" text null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "lease_owner" varchar(64) null, "lease_until" timestamptz(3) null, primary key ("scope", "id"))',
    );
    this.addSql('create index "responses_expires_at_index" on "responses" ("expires_at")');
    this.addSql('create index "responses_lease_until_index" on "responses" ("lease_until")');
  }

  override down(): void {
    this.addSql('drop table if exists "response_events" cascade');
    this.addSql('drop table if exists "response_items" cascade');
    this.addSql('drop table if exists "responses" cascade');
  }
}
