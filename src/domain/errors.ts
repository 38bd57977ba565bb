/**
 * A rule of the programme was broken. `code` is stable; the sentence that people see is the locale key
 * `errors:<code>` with `fields` as its values.
 */
export class DomainError extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(code: string, fields: Record<string, string | number> = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'DomainError';
    this.code = code;
    this.fields = fields;
  }
}
