export class HealthDto {
  /** Always `ok`; any other state is an HTTP error. */
  status: 'ok';
}
