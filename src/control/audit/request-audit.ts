import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../common/time/clock.port.js';
import { isRecord } from '../../common/json/is-record.js';
import { Database } from '../../persistence/database.js';
import '../auth/admin.port.js';
import type { AuditActor } from './audit-event.types.js';
import { AuditRecorder } from './audit-recorder.js';
import { type AuditScope, type AuditSource, inAuditScope } from './audit-scope.port.js';
import { RefusalBound } from './refusal-bound.js';

const ADMIN = '/admin/v1/';
const SETUP = '/admin/v1/setup';
/** What this gateway could have made: anything else was sent by mistake, and the log has it. */
const ADMIN_TOKEN = /^Bearer +asbru-admin-[1-9A-HJ-NP-Za-km-z]{48}$/i;

declare module 'fastify' {
  interface FastifyRequest {
    auditScope?: AuditScope;
  }
}

/** Says in whose name administrators' requests change something, and writes down what was refused to them. */
@Injectable()
export class RequestAudit {
  private readonly logger = new Logger('Audit');
  /** Who has a token does not use up the room of who has none, nor the other way round. */
  private readonly bounds = { 401: new RefusalBound(), 403: new RefusalBound() };
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly recorder: AuditRecorder,
    private readonly clock: Clock,
    database: Database,
  ) {
    database.beforeClose(() => this.settled());
  }

  /** Hangs on administrators' routes alone: no other request pays for it. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      if (!route.url.startsWith(ADMIN)) return;
      const changes = [route.method].flat().some((method) => method !== 'GET' && method !== 'HEAD');
      if (changes) {
        route.preHandler = [...listOf(route.preHandler), enter];
        route.onSend = [...listOf(route.onSend), leave];
      }
      route.onResponse = [
        ...listOf(route.onResponse),
        (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
          this.noteRefusal(request, reply.statusCode);
          done();
        },
      ];
    });
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    await Promise.all(this.pending);
  }

  private noteRefusal(request: FastifyRequest, status: number): void {
    if ((status !== 401 && status !== 403) || (status === 401 && !isAttempt(request))) return;
    const left = this.bounds[status].admit(this.clock.now());
    if (left === undefined) return;
    const who = request.admin ?? request.refusedAdmin;
    const source = { ...sourceOf(request), note: { status, ...(left > 0 && { not_recorded_before: left }) } };
    const targets = idsOf(request).map((id) => ({ type: 'requested', id }));
    const writing = this.recorder
      .recordRefusal(source, who?.organizationId ?? null, targets)
      .catch((error: unknown) => {
        this.logger.warn({ err: error, request_id: request.id }, 'a refused attempt is not in the audit log');
      })
      .finally(() => this.pending.delete(writing));
    this.pending.add(writing);
  }
}

/** Whether somebody tried to be somebody. */
function isAttempt({ routeOptions, headers }: FastifyRequest): boolean {
  return routeOptions.url === SETUP || ADMIN_TOKEN.test(headers.authorization ?? '');
}

function enter(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const scope: AuditScope = { read: () => sourceOf(request) };
  request.auditScope = scope;
  inAuditScope(scope, done);
}

/** The handler is done. Not when the answer is: a client that is gone before does not end a transaction. */
function leave(request: FastifyRequest, _reply: FastifyReply, _payload: unknown, done: () => void): void {
  if (request.auditScope) request.auditScope.read = undefined;
  done();
}

function sourceOf(request: FastifyRequest): AuditSource {
  const { url = '', method } = request.routeOptions;
  return {
    actor: actorOf(request),
    action: url === SETUP ? 'setup.create' : (request.adminPermission ?? 'self:read').replace(':', '.'),
    route: `${[method].flat().join(',')} ${url}`,
    requestId: request.id,
    clientAddress: request.clientAddress ?? '',
    fields: request.body,
  };
}

function actorOf({ admin, refusedAdmin, routeOptions, body }: FastifyRequest): AuditActor {
  const known = admin ?? refusedAdmin;
  if (known) return { kind: 'admin_token', id: known.id, name: known.name };
  if (routeOptions.url !== SETUP) return { kind: 'unknown', id: null, name: null };
  const name = isRecord(body) && typeof body['name'] === 'string' ? body['name'].slice(0, 100) : null;
  return { kind: 'setup', id: 'setup', name };
}

function idsOf({ params }: FastifyRequest): string[] {
  if (!isRecord(params)) return [];
  return Object.values(params).flatMap((id) => (typeof id === 'string' ? [id.slice(0, 64)] : []));
}

function listOf<T>(hooks: T | T[] | undefined): T[] {
  if (hooks === undefined) return [];
  return Array.isArray(hooks) ? hooks : [hooks];
}
