import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/sql';
import { Clock } from '../../common/time/clock.port.js';
import { Database } from '../../persistence/database.js';
import type { NotedChange } from '../../persistence/noted-changes.js';
import { newId } from '../tenancy/entity-id.js';
import type { AuditEvent, AuditTarget } from './audit-event.types.js';
import { type AuditSource, auditSource } from './audit-scope.port.js';
import { shownFields } from './shown-fields.js';
import { appendEvents } from './store/chain-writer.js';

/** Targets of one event; what has more of them becomes several events. */
const MOST_TARGETS = 100;
/** Who changes something without being asked. */
const GATEWAY: AuditSource = { actor: { kind: 'gateway', id: null, name: null } };
/** Names of resources that are not their kind's plural. */
const RESOURCES: Readonly<Record<string, string>> = { policy: 'policies', price_override: 'prices' };

/** Told how many events a transaction has added, which may still fail. */
type Listener = (count: number) => void;

/** Makes events of what transactions change, and adds them to their chains before these transactions end. */
@Injectable()
export class AuditRecorder {
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onRecorded(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Inside the transaction that makes the changes. */
  async record(em: EntityManager, changes: readonly NotedChange[]): Promise<void> {
    const source = auditSource() ?? GATEWAY;
    const told = changes.flatMap(forPlatformToo);
    await this.append(em, source.action === undefined ? this.oneEach(source, told) : this.asAsked(source, told));
  }

  /** In a transaction of its own: what was refused has changed nothing. */
  async recordRefusal(source: AuditSource, organizationId: string | null, targets: AuditTarget[]): Promise<void> {
    const event = this.event(source, organizationId, { targets, action: source.action ?? 'unknown' });
    await this.database.transaction((em) => this.append(em, [{ ...event, outcome: 'refused' }]), { rows: 'all' });
  }

  private async append(em: EntityManager, events: readonly AuditEvent[]): Promise<void> {
    await appendEvents(em, events, this.now);
    for (const listener of this.listeners) listener(events.length);
  }

  /** What one request changes is one event in each chain. */
  private asAsked(source: AuditSource, changes: readonly NotedChange[]): AuditEvent[] {
    const chains = Map.groupBy(changes, ({ organizationId }) => organizationId);
    return [...chains].flatMap(([organizationId, own]) => {
      const events: AuditEvent[] = [];
      for (let from = 0; from < own.length; from += MOST_TARGETS) {
        const targets = own.slice(from, from + MOST_TARGETS).map(targetOf);
        events.push(this.event(source, organizationId, { targets, fields: source.fields }));
      }
      return events;
    });
  }

  private oneEach(source: AuditSource, changes: readonly NotedChange[]): AuditEvent[] {
    return changes.map((change) =>
      this.event(source, change.organizationId, {
        targets: [targetOf(change)],
        fields: change.fields,
        action: `${RESOURCES[change.kind] ?? `${change.kind}s`}.${change.verb}`,
      }),
    );
  }

  private event(
    { actor, action = '', route, requestId, clientAddress, note }: AuditSource,
    organizationId: string | null,
    own: { targets: readonly AuditTarget[]; fields?: unknown; action?: string },
  ): AuditEvent {
    return {
      id: newId('aud'),
      time: this.now.toISOString(),
      actor,
      action: own.action ?? action,
      route: route ?? null,
      targets: own.targets,
      organization_id: organizationId,
      request_id: requestId ?? null,
      client_address: clientAddress ?? null,
      fields: { ...shownFields(own.fields), ...note },
      outcome: 'succeeded',
    };
  }

  private get now(): Date {
    return new Date(this.clock.wallTime());
  }
}

/** That an organisation comes or goes is told in the installation's chain too: its own may be lost with it. */
function forPlatformToo(change: NotedChange): NotedChange[] {
  if (change.kind !== 'organization' || change.verb === 'update') return [change];
  return [change, { ...change, organizationId: null }];
}

function targetOf({ kind, id }: NotedChange): AuditTarget {
  return { type: kind, id };
}
