import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { type RawQuery, readPageQuery } from '../../common/http/query.js';
import { DeclarationFollower } from './declaration-follower.js';
import { Declarations } from './declarations.js';
import type { DeployedState } from './deployment.js';
import type { DeclaredEntityDto, DeclaredErrorDto, DeclaredListDto, InForceDto } from './dto/declared.dto.js';
import type { StoredItem } from './item.types.js';

/** Shows what the file owns. */
@Injectable()
export class DeclaredService {
  constructor(
    private readonly declarations: Declarations,
    private readonly follower: DeclarationFollower,
  ) {}

  /** By address; an administrator of an organisation sees what is of it. */
  async list({ organizationId }: AdminPrincipal, raw: RawQuery): Promise<DeclaredListDto> {
    const { limit, after } = readPageQuery(raw);
    const all = (await this.declarations.owned())
      .filter((item) => organizationId === null || item.organizationId === organizationId)
      .toSorted((one, other) => (one.address < other.address ? -1 : 1));
    const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && begin === 0) {
      throw new GatewayError('invalid_value', "Invalid 'after': the file owns nothing with this id.", {
        param: 'after',
      });
    }
    const data = all.slice(begin, begin + limit).map(entityOf);
    const page = {
      has_more: begin + limit < all.length,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
    return { ...(await this.status(organizationId)), data, ...page };
  }

  private async status(
    organizationId: string | null,
  ): Promise<Omit<DeclaredListDto, 'data' | 'has_more' | 'first_id' | 'last_id'>> {
    const state = await this.declarations.state();
    return {
      object: 'list',
      in_force: state ? inForce(state) : null,
      version: this.follower.deployment?.version ?? null,
      superseded: this.follower.superseded,
      last_error: this.errorFor(organizationId),
    };
  }

  private errorFor(organizationId: string | null): DeclaredErrorDto | null {
    const { lastError } = this.follower;
    if (!lastError) return null;
    // It may name what belongs to others.
    const message = organizationId === null ? lastError.message : 'The file could not be applied.';
    return { message, at: lastError.at.toISOString() };
  }
}

function entityOf({ id, kind, address, organizationId }: StoredItem): DeclaredEntityDto {
  return { object: 'declared_entity', id, kind, address, organization_id: organizationId };
}

function inForce({ version, revision, deployedAt, appliedAt, appliedBy }: DeployedState): InForceDto {
  return {
    version,
    revision,
    deployed_at: deployedAt.toISOString(),
    applied_at: appliedAt.toISOString(),
    applied_by: appliedBy,
  };
}
