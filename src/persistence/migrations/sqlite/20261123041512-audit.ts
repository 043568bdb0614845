import { Migration } from '@mikro-orm/migrations';

export class Audit20261123041512 extends Migration {
  override up(): void {
    this.addSql(
      'create table `audit_chains` (`chain` text not null primary key, `organization_id` text null, `seq` integer not null, `hash` text not null, `updated_at` datetime not null)',
    );
    this.addSql('create index `audit_chains_organization_id_index` on `audit_chains` (`organization_id`)');
    this.addSql(
      'create table `audit_events` (`id` text not null primary key, `chain` text not null, `seq` integer not null, `organization_id` text null, `prev` text not null, `hash` text not null, `event` text not null, `time` datetime not null, `actor_id` text null, `action` text not null, `targets` text not null)',
    );
    this.addSql('create index `audit_events_organization_id_index` on `audit_events` (`organization_id`)');
    this.addSql('create index `audit_events_actor_id_index` on `audit_events` (`actor_id`)');
    this.addSql('create index `audit_events_time_id_index` on `audit_events` (`time`, `id`)');
    this.addSql('create unique index `audit_events_chain_seq_unique` on `audit_events` (`chain`, `seq`)');
    for (const verb of ['update', 'delete']) {
      this.addSql(
        `create trigger \`audit_events_no_${verb}\` before ${verb} on \`audit_events\` begin select raise(abort, 'audit_events only grows'); end`,
      );
    }
  }

  override down(): void {
    this.addSql('drop table if exists `audit_chains`');
    this.addSql('drop table if exists `audit_events`');
  }
}
