// One shape for everything that can go wrong with a request, so that pages show it the same way.

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly retryAfterSeconds: number | null = null,
    readonly members: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = "Problem";
  }

  /** The request never reached a server. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** Asking again may help. */
  get transient(): boolean {
    return this.offline || this.status === 429 || this.status >= 500;
  }
}

export function offlineProblem(): Problem {
  return new Problem(0, "offline", "No connection", "The server cannot be reached.");
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, "page", "The page failed", error instanceof Error ? error.message : "Unknown error.");
}

/** Reads RFC 9457 problem details; anything else becomes a problem that names only the status. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  if ((response.headers.get("content-type") ?? "").includes("json")) {
    const parsed: unknown = await response.json().catch(() => null);
    if (parsed !== null && typeof parsed === "object") body = parsed as Record<string, unknown>;
  }
  const text = (name: string, otherwise: string) => {
    const value = body[name];
    return typeof value === "string" && value !== "" ? value : otherwise;
  };
  const after = Number(response.headers.get("retry-after"));
  return new Problem(
    response.status,
    text("code", String(response.status)),
    text("title", `The server answered ${response.status}`),
    text("detail", "No further detail was given."),
    Number.isFinite(after) && after > 0 ? after : null,
    body,
  );
}
