/** The platform's refusal: told with HTTP 200, `{error, message}`. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
