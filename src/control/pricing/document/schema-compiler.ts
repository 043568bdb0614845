import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Compiles the schemas of prices. They are our own, so they are not checked against the schema of schemas, whose
 * compilation would take most of the time; references are kept, or the rates of each tier would be compiled again.
 * @param allErrors whether to look on after the first mistake
 */
export function schemaCompiler(allErrors: boolean): Ajv2020 {
  return new Ajv2020({ allErrors, allowUnionTypes: true, inlineRefs: false, meta: false, validateSchema: false });
}
