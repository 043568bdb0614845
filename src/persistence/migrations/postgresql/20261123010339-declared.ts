import { Migration } from '@mikro-orm/migrations';

export class Declared20261123010339 extends Migration {
  override up(): void {
    this.addSql(
      'create table "declared_state" ("id" int not null, "version" varchar(64) not null, "revision" int not null, "deployed_at" timestamptz(3) not null, "applied_at" timestamptz(3) not null, "applied_by" varchar(300) not null, primary key ("id"))',
    );
    this.addSql('alter table "policies" add "declared_key" varchar(500) null');
    this.addSql('alter table "price_overrides" add "managed_by" varchar(8) null, add "declared_key" varchar(500) null');
    this.addSql('alter table "roles" add "managed_by" varchar(8) null, add "declared_key" varchar(500) null');
  }

  override down(): void {
    this.addSql('drop table if exists "declared_state" cascade');
    this.addSql('alter table "policies" drop column "declared_key"');
    this.addSql('alter table "price_overrides" drop column "managed_by", drop column "declared_key"');
    this.addSql('alter table "roles" drop column "managed_by", drop column "declared_key"');
  }
}
