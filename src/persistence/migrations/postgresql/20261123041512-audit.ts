import { Migration } from '@mikro-orm/migrations';
import { appendOnlyRowLevelSecurity, tenantRowLevelSecurity } from '../../row-level-security.js';

export class Audit20261123041512 extends Migration {
  override up(): void {
    this.addSql(
      'create table "audit_chains" ("chain" varchar(64) not null, "organization_id" varchar(64) null, "seq" int not null, "hash" varchar(64) not null, "updated_at" timestamptz(3) not null, primary key ("chain"))',
    );
    this.addSql('create index "audit_chains_organization_id_index" on "audit_chains" ("organization_id")');
    this.addSql(
      'create table "audit_events" ("id" varchar(64) not null, "chain" varchar(64) not null, "seq" int not null, "organization_id" varchar(64) null, "prev" varchar(64) not null, "hash" varchar(64) not null, "event" text not null, "time" timestamptz(3) not null, "actor_id" varchar(64) null, "action" varchar(64) not null, "targets" text not null, primary key ("id"))',
    );
    this.addSql('create index "audit_events_organization_id_index" on "audit_events" ("organization_id")');
    this.addSql('create index "audit_events_actor_id_index" on "audit_events" ("actor_id")');
    this.addSql('create index "audit_events_time_id_index" on "audit_events" ("time", "id")');
    this.addSql('alter table "audit_events" add constraint "audit_events_chain_seq_unique" unique ("chain", "seq")');
    for (const sql of [
      ...appendOnlyRowLevelSecurity('audit_events'),
      ...tenantRowLevelSecurity('audit_chains', { may: 'read' }),
    ])
      this.addSql(sql);
    // Policies do not bind superusers; a trigger does.
    this.addSql(
      `create function "audit_events_kept"() returns trigger language plpgsql as $$ begin raise exception 'audit_events only grows'; end $$`,
    );
    this.addSql(
      'create trigger "audit_events_kept" before update or delete on "audit_events" for each row execute function "audit_events_kept"()',
    );
    this.addSql(
      'create trigger "audit_events_whole" before truncate on "audit_events" for each statement execute function "audit_events_kept"()',
    );
  }

  override down(): void {
    this.addSql('drop table if exists "audit_chains" cascade');
    this.addSql('drop table if exists "audit_events" cascade');
    this.addSql('drop function if exists "audit_events_kept"()');
  }
}
