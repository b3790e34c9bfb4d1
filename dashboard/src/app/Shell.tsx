// What is around every page: rail, top bar, messages, sign-in.

import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { configQuery, useConfig } from "../api/queries";
import { live } from "../api/live";
import { session } from "../api/session";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Empty, Loading, PageHeader, ProblemView } from "../ui/states";
import { asProblem } from "../api/problem";
import { CommandMenu } from "./CommandMenu";
import { Help } from "./Help";
import { useShortcuts } from "./keys";
import { Rail } from "./Rail";
import { SignIn } from "./SignIn";
import { toast } from "./toasts";
import { Toasts } from "./Toasts";
import { TopBar } from "./TopBar";

export function Shell() {
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  const config = useQuery(configQuery);
  const signedOut = state === "out" || (state === "expired" && config.data === undefined);
  useEffect(() => {
    if (!config.data) return;
    live.start(config.data.poll_visible_ms, config.data.poll_hidden_ms);
    return () => live.stop();
  }, [config.data?.poll_visible_ms, config.data?.poll_hidden_ms]);

  if (signedOut) return <SignIn />;
  if (config.data === undefined) {
    return (
      <main className="sign-in">{config.error ? <ProblemView error={config.error} retry={config.refetch} /> : <Loading />}</main>
    );
  }
  return (
    <>
      <Frame />
      <Dialog open={state === "expired"} onClose={() => void config.refetch()} title="Your session has ended" lead="What you see is kept. Sign in again in this tab, or open the new link and come back.">
        <SignIn within />
      </Dialog>
    </>
  );
}

function Frame() {
  const [help, setHelp] = useState(false);
  const [commands, setCommands] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const main = useRef<HTMLElement>(null);
  const navigate = useNavigate();
  const path = useLocation({ select: (location) => location.pathname });
  const seen = useRef(path);
  useEffect(() => {
    if (seen.current === path) return;
    seen.current = path;
    setDrawer(false);
    // A new page begins at its head, for eyes and for screen readers.
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);

  useShortcuts([
    { keys: ["Ctrl+k"], does: "Go to a page, find an incident", group: "Everywhere", run: () => setCommands(true), always: true },
    { keys: ["?"], does: "This help", group: "Everywhere", run: () => setHelp(true) },
    { keys: ["u"], does: "Undo the newest change", group: "Everywhere", run: () => void toast.undoNewest() },
    { keys: ["g"], does: "Back to the queue", group: "Everywhere", run: () => void navigate({ to: "/queue" }) },
  ]);

  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the page
      </a>
      <Rail />
      <TopBar onCommands={() => setCommands(true)} onHelp={() => setHelp(true)} onMenu={() => setDrawer(true)} />
      <main className="main" id="main" ref={main} tabIndex={-1}>
        <OfflineBanner />
        <Outlet />
      </main>
      <Toasts />
      <CommandMenu open={commands} onClose={() => setCommands(false)} onHelp={() => setHelp(true)} />
      <Help open={help} onClose={() => setHelp(false)} />
      <Rail drawer={{ open: drawer, close: () => setDrawer(false) }} />
    </div>
  );
}

function OfflineBanner() {
  const connected = useSyncExternalStore(live.subscribe, () => live.get().connected);
  return (
    <div role="status">
      {!connected && (
        <div className="banner">
          No connection. What you see may be old; changes are not sent.
          <Button onClick={live.look}>Try now</Button>
        </div>
      )}
    </div>
  );
}

export function NotFound() {
  const navigate = useNavigate();
  return (
    <div className="page">
      <PageHeader title="Not found" />
      <Empty title="There is no such page" icon="search">
        <Button kind="primary" onClick={() => void navigate({ to: "/queue" })}>
          To the queue
        </Button>
      </Empty>
    </div>
  );
}

/** A page that threw: the rest of the dashboard goes on. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const problem = asProblem(error);
  // After a release the old page asks for script that is not there any more.
  const outdated = /dynamically imported module|Importing a module/i.test(problem.message);
  return (
    <div className="page">
      <PageHeader title="This page failed" />
      <ProblemView
        error={problem}
        retry={() => {
          if (outdated) location.reload();
          else {
            reset();
            void router.invalidate();
          }
        }}
      />
    </div>
  );
}

/** The name of who is signed in. */
export function useMe() {
  return useConfig()?.me;
}
