/** Asking this server, and nobody else. */

/** What went wrong, as the server's problem document says it. */
export class Problem extends Error {
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

/** Fetch JSON. Throws Problem with the server's own sentence when the answer is an error. */
export async function fetchJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(address, { headers: { Accept: "application/json, application/problem+json" }, signal });
  return (await answer.json()) as T;
}

/** Send a request. Throws Problem when no answer comes or the answer is an error. */
export async function ask(address: string, options: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, options);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem("the server does not answer; try again in a moment", 0);
  }
  if (answer.ok) return answer;
  throw await readProblem(answer);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

async function readProblem(answer: Response): Promise<Problem> {
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    return new Problem(`the server answered with ${answer.status} ${answer.statusText}`, answer.status);
  }
  const told = await answer.json();
  return new Problem(told.detail ?? told.title, answer.status, told.line, told.column, told.token);
}

/** The latest request only: each call ends the one before. */
export class Latest {
  #controller?: AbortController;

  /** Return a signal for a new request, and end the one that was under way. */
  next(): AbortSignal {
    this.#controller?.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}
