// What is shown to somebody who is not signed in.

import { session, signIn } from "../api/session";
import { Button } from "../ui/button";

export function SignIn({ within = false }: { within?: boolean }) {
  const body =
    session.form.form === "aws" ? (
      <>
        <p>You sign in with your organisation's account. You come back to this page.</p>
        <Button kind="primary" onClick={() => void signIn()}>
          Sign in
        </Button>
      </>
    ) : (
      <>
        <p>
          This dashboard opens with a link that works once, within ten minutes. <code>soc run</code> prints it in the terminal.
        </p>
        <p className="quiet">
          Has the link been used, or is it too old? A new one has been printed in the terminal just now.
        </p>
        <Button onClick={() => location.reload()}>I have signed in: look again</Button>
      </>
    );
  if (within) return <div className="sign-in-within">{body}</div>;
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1>Sign in to ai-soc</h1>
        {body}
      </div>
    </main>
  );
}
