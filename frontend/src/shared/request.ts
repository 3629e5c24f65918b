/** HTTP requests to this server. */

/** The members of a problem document (RFC 9457) that this server sends; line, column and token locate an error in a query. */
interface ProblemDocument {
  title: string;
  detail?: string;
  line?: number;
  column?: number;
  token?: string;
}

/** A failed request, with the server's problem document (RFC 9457). The status is 0 if there was no response. */
export class HttpProblem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly line?: number,
    readonly column?: number,
    readonly token?: string,
  ) {
    super(message);
  }
}

/**
 * Fetch JSON.
 * @param url The URL.
 * @param signal Aborts the request.
 * @returns The parsed body, unchecked.
 * @throws {HttpProblem} with the server's message if the response is an error.
 */
export async function fetchJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await request(url, { headers: { Accept: "application/json, application/problem+json" }, signal });
  return (await response.json()) as T;
}

/**
 * Send a request.
 * @param url The URL.
 * @param options The options of fetch().
 * @returns The response, which has a status of success.
 * @throws {HttpProblem} if there is no response or the response is an error; DOMException if the request was aborted.
 */
export async function request(url: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (isAbortError(error)) throw error;
    throw new HttpProblem("The server does not respond. Try again in a moment.", 0);
  }
  if (response.ok) return response;
  throw await readProblem(response);
}

/**
 * Check whether a request failed because it was aborted.
 * @param error What was thrown.
 * @returns True for the error of an aborted request.
 */
export function isAbortError(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Return the problem that an error response describes, or its status line if it has no JSON body. */
async function readProblem(response: Response): Promise<HttpProblem> {
  if (!response.headers.get("Content-Type")?.includes("json")) {
    return new HttpProblem(`The server responded with ${response.status} ${response.statusText}.`, response.status);
  }
  const { title, detail, line, column, token } = (await response.json()) as ProblemDocument;
  return new HttpProblem(detail ?? title, response.status, line, column, token);
}

/** A sequence of requests of which only the latest matters: each new one aborts the one before. */
export class LatestRequest {
  #controller?: AbortController;

  /** Abort the request that is under way and return the signal for a new one. */
  next(): AbortSignal {
    this.#controller?.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}
