export interface FormPart {
  readonly name: string;
  readonly filename?: string;
  readonly content: string | Buffer;
}

export const BOUNDARY = 'form-boundary-1234567890';
export const FORM_TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
export const FORM_END = `\r\n--${BOUNDARY}--\r\n`;

/** What stands before the content of a part. */
export function partHead({ name, filename }: Omit<FormPart, 'content'>): string {
  const file = filename === undefined ? '' : `; filename="${filename}"\r\ncontent-type: application/octet-stream`;
  return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`;
}

/** A form as bytes. */
export function form(...parts: FormPart[]): Buffer {
  const pieces = parts.flatMap((part, index) => [index === 0 ? '' : '\r\n', partHead(part), part.content]);
  return Buffer.concat([...pieces, FORM_END].map((piece) => Buffer.from(piece)));
}
