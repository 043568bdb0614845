import { Migration } from '@mikro-orm/migrations';

export class Responses20261122203236 extends Migration {
  override up(): void {
    this.addSql(
      'create table `response_events` (`scope` text not null, `response_id` text not null, `first` integer not null, `last` integer not null, `frames` blob not null, `expires_at` datetime not null, primary key (`scope`, `response_id`, `first`))',
    );
    this.addSql('create index `response_events_expires_at_index` on `response_events` (`expires_at`)');
    this.addSql(
      'create table `response_items` (`scope` text not null, `item_id` text not null, `response_id` text not null, `expires_at` datetime not null, primary key (`scope`, `item_id`, `response_id`))',
    );
    this.addSql('create index `response_items_expires_at_index` on `response_items` (`expires_at`)');
    this.addSql(
      'create table `responses` (`scope` text not null, `id` text not null, `status` text not null, `background` integer not null, `previous_id` text null, `body` text not null, `input` text null, `created_at` datetime not null, `expires_at` datetime not null, `lease_owner` text null, `lease_until` datetime null, primary key (`scope`, `id`))',
    );
    this.addSql('create index `responses_expires_at_index` on `responses` (`expires_at`)');
    this.addSql('create index `responses_lease_until_index` on `responses` (`lease_until`)');
  }

  override down(): void {
    this.addSql('drop table if exists `response_events`');
    this.addSql('drop table if exists `response_items`');
    this.addSql('drop table if exists `responses`');
  }
}
