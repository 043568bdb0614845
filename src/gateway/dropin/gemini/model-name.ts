/** A model as the API's paths name it (`models/x`, or only `x`), as routes name it. */
export function modelOf(resource: string): string {
  return resource.replace(/^models\//, '');
}
