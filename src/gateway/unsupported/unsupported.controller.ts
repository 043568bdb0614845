import { Controller, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBadRequestResponse, ApiExcludeEndpoint, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ForCallers } from '../../common/access/access.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { UnsupportedOperationDto } from './dto/unsupported-operation.dto.js';
import { UNSUPPORTED_ROUTES, type UnsupportedMethod } from './unsupported-operations.js';

/** Answers the routes of OpenAI's API that no provider has; its handlers are made from the table. */
@ApiTags('Not supported')
@Controller('v1')
@ForCallers('inference')
export class UnsupportedController {
  constructor(private readonly providers: ProviderRegistry) {}

  /** The refusal of an operation, whatever was sent. */
  refuse(operation: string): never {
    const names = this.providers.all().map((provider) => provider.name);
    const noun = names.length === 1 ? 'provider' : 'providers';
    throw new GatewayError('unsupported_operation', `${operation} is not supported by the ${names.join(', ')} ${noun}`);
  }
}

for (const { path, operations } of UNSUPPORTED_ROUTES) {
  if (operations.GET) addHandler('GET', path, operations.GET);
  if (operations.POST) addHandler('POST', path, operations.POST);
  if (operations.DELETE) addHandler('DELETE', path, operations.DELETE);
}

/** Gives the controller a handler, with the decorators that a method written by hand would have. */
function addHandler(method: UnsupportedMethod, path: string, operation: string): void {
  const name = handlerName(method, path);
  // A computed method, because OpenAPI's operationId is made from the function's own name.
  const handlers = {
    [name](this: UnsupportedController): never {
      return this.refuse(operation);
    },
  };
  const descriptor: PropertyDescriptor = { configurable: true, value: handlers[name] };
  Object.defineProperty(UnsupportedController.prototype, name, descriptor);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter);
  const decorators = [
    RequestMapping({ path, method: RequestMethod[method] }),
    RouteConfig({ ignoreBody: true }),
    ApiOperation({ summary: operation.charAt(0).toUpperCase() + operation.slice(1) }),
    ApiBadRequestResponse({ type: UnsupportedOperationDto }),
    ApiExcludeEndpoint(path.includes('*')),
    ...parameters.map((parameter) => ApiParam({ name: parameter, type: String })),
  ];
  for (const decorate of decorators) decorate(UnsupportedController.prototype, name, descriptor);
}

/** `getFilesFileIdContent` for GET files/:file_id/content. */
function handlerName(method: UnsupportedMethod, path: string): string {
  const words = path.replace('*', 'path').match(/[a-z]+/g) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
