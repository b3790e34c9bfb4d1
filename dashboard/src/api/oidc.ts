// Sign-in with Cognito (code + PKCE). Loaded only where the dashboard runs on AWS; tokens stay in memory.

import { InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Form } from "./session";

type AwsForm = Extract<Form, { form: "aws" }>;

let manager: UserManager | null = null;

function managerFor(form: AwsForm): UserManager {
  manager ??= new UserManager({
    authority: form.issuer,
    client_id: form.client_id,
    redirect_uri: `${location.origin}/`,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: "code",
    scope: "openid",
    // Tokens in memory only; the state of the redirect itself must survive it.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    loadUserInfo: false,
  });
  return manager;
}

/** Finishes a redirect that came back; says whether somebody is signed in. */
export async function resume(form: AwsForm): Promise<boolean> {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return false;
  try {
    const user = await managerFor(form).signinRedirectCallback();
    const back = typeof user.state === "string" && user.state.startsWith("/") && !user.state.startsWith("//") ? user.state : "/queue";
    history.replaceState(null, "", back);
    return true;
  } catch {
    history.replaceState(null, "", "/");
    return false;
  }
}

export async function start(form: AwsForm): Promise<void> {
  await managerFor(form).signinRedirect({ state: location.pathname + location.search });
}

export async function accessToken(): Promise<string | null> {
  const user = (await manager?.getUser()) ?? null;
  return user === null || user.expired ? null : user.access_token;
}

export async function leave(form: AwsForm): Promise<void> {
  await managerFor(form).removeUser();
  const out = new URL(`https://${form.domain.replace(/^https:\/\//, "")}/logout`);
  out.searchParams.set("client_id", form.client_id);
  out.searchParams.set("logout_uri", `${location.origin}/`);
  location.assign(out);
}
