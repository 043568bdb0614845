import { Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { Database } from '../../persistence/database.js';
import { AuditController } from './audit.controller.js';
import { AuditRecorder } from './audit-recorder.js';
import { AuditService } from './audit.service.js';
import { Checkpointer } from './checkpoints/checkpointer.js';
import { RequestAudit } from './request-audit.js';
import { AuditRepository } from './store/audit.repository.js';

/** What administrators did: chains of events that nobody can change unseen, and signed checkpoints of them. */
@Module({
  controllers: [AuditController],
  providers: [
    { provide: Clock, useClass: SystemClock },
    AuditRecorder,
    AuditRepository,
    AuditService,
    Checkpointer,
    RequestAudit,
  ],
})
export class AuditModule {
  constructor(database: Database, recorder: AuditRecorder) {
    database.recordChanges((em, changes) => recorder.record(em, changes));
  }
}
