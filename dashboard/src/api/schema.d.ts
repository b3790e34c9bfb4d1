// Generated from shared/soc-api/openapi.json by dashboard/codegen (npm run generate). Not to be edited.

export interface paths {
    "/api/v1/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Actions, what has had no effect so far first
         * @description Least role: viewer.
         */
        get: operations["actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One action
         * @description Least role: viewer.
         */
        get: operations["action"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actions/{id}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an action
         * @description Least role: approver.
         */
        post: operations["reverse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Questions to people, the soonest to expire first
         * @description Least role: viewer.
         */
        get: operations["approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Consent to an action
         * @description Least role: approver.
         */
        post: operations["approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse an action
         * @description Least role: approver.
         */
        post: operations["deny"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ATT&CK tactics and techniques of a window
         * @description Least role: viewer.
         */
        get: operations["attack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attack/layer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same for MITRE's Navigator
         * @description Least role: viewer.
         */
        get: operations["attack_layer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changed since a cursor
         * @description Least role: viewer.
         */
        get: operations["changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ways to people
         * @description Least role: viewer.
         */
        get: operations["channels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test
         * @description Least role: admin.
         */
        post: operations["channel_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the dashboard needs to know
         * @description Least role: viewer.
         */
        get: operations["config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/entities/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of something that findings name
         * @description Least role: viewer.
         */
        get: operations["entity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents as a file, at most 10,000
         * @description Least role: viewer.
         */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One finding with its newest bytes
         * @description Least role: viewer.
         */
        get: operations["finding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the API runs
         * @description Nobody need be signed in.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the parts that it needs answer
         * @description Least role: viewer.
         */
        get: operations["health_detailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents, page by page
         * @description Least role: viewer.
         */
        get: operations["incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many incidents alike
         * @description Least role: analyst.
         */
        post: operations["bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents, counted
         * @description Least role: viewer.
         */
        get: operations["incident_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One incident
         * @description Least role: viewer.
         */
        get: operations["incident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done about it, the newest first
         * @description Least role: viewer.
         */
        get: operations["incident_activity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give it to somebody, or to nobody
         * @description Least role: analyst.
         */
        post: operations["assign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write about it
         * @description Least role: analyst.
         */
        post: operations["comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an analyst is shown of it, redacted
         * @description Least role: viewer.
         */
        get: operations["incident_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its findings, the gravest first
         * @description Least role: viewer.
         */
        get: operations["incident_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What it is about, and how that hangs together
         * @description Least role: viewer.
         */
        get: operations["incident_graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make it part of another one
         * @description Least role: analyst.
         */
        post: operations["merge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its newest response plan
         * @description Least role: viewer.
         */
        get: operations["incident_plan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give findings an incident of their own
         * @description Least role: analyst.
         */
        post: operations["split"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set its status
         * @description Least role: analyst.
         */
        post: operations["set_status"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened, and when
         * @description Least role: viewer.
         */
        get: operations["incident_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what it turned out to be
         * @description Least role: analyst.
         */
        post: operations["give_verdict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a change of many incidents is
         * @description Least role: viewer.
         */
        get: operations["job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a change of many incidents back
         * @description Least role: analyst.
         */
        post: operations["undo_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the audit ledger, the newest first
         * @description Least role: viewer.
         */
        get: operations["ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its chains and how far they reach
         * @description Least role: viewer.
         */
        get: operations["ledger_chains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether it is intact
         * @description Least role: viewer.
         */
        get: operations["ledger_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Times, verdicts, agreement and cost of a window
         * @description Least role: viewer.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Nobody need be signed in.
         */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a change back
         * @description Least role: analyst.
         */
        post: operations["undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the pipeline stands
         * @description Least role: viewer.
         */
        get: operations["pipeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records that could not be read, the newest first
         * @description Least role: viewer.
         */
        get: operations["quarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of them with its bytes
         * @description Least role: viewer.
         */
        get: operations["quarantined"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read one of them again
         * @description Least role: analyst.
         */
        post: operations["replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known and accepted
         * @description Least role: viewer.
         */
        get: operations["suppressions"];
        put?: never;
        /**
         * Propose one
         * @description Least role: analyst.
         */
        post: operations["propose_suppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppressions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What one would have hidden
         * @description Least role: analyst.
         */
        post: operations["preview_suppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppressions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take one away
         * @description Least role: approver.
         */
        delete: operations["remove_suppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppressions/{id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Consent to one as a second person
         * @description Least role: approver.
         */
        post: operations["consent_suppression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What an action does.
         * @enum {string}
         */
        ActionKind: "snapshot-volumes" | "deactivate-access-key" | "deny-older-sessions" | "isolate-instance" | "block-bucket-public-access" | "revoke-security-group-rule" | "deny-remote-address";
        /**
         * @description How far an action is.
         * @enum {string}
         */
        ActionState: "Planned" | "Intent" | "Done" | "NoEffect" | "Unknown" | "ReverseIntent" | "Reversed" | "Withdrawn";
        /** @description One action and its history in brief. */
        ActionView: {
            account: string;
            /** @description What was there after. */
            after: Record<string, never> | null;
            /**
             * Format: int32
             * @description How often the same was done and undone before.
             */
            attempt: number;
            /** @description What was there before. */
            before: Record<string, never> | null;
            /**
             * Format: int32
             * @description How many things it touches.
             */
            blast_radius: number;
            /** @description What it does and how it is undone, in our words. */
            describe: string;
            done_at: components["schemas"]["Moment"] | null;
            expires_at: components["schemas"]["Moment"] | null;
            /**
             * Format: int32
             * @description Planned by this generation.
             */
            generation: number;
            id: string;
            incident: string;
            kind: components["schemas"]["ActionKind"];
            /** @description What happened last. */
            note: string | null;
            /** @description Who answers for it. */
            owner: string;
            parameters: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description How many persons must consent.
             */
            persons: number;
            /** @description Why it has this tier, and not a freer one. */
            reasons: string[];
            region: string;
            /** @description The ARN. */
            resource: string;
            /** @description Whether it can be undone now. */
            reversible: boolean;
            state: components["schemas"]["ActionState"];
            tier: components["schemas"]["Tier"];
        };
        /** @description Some of a list, in its order */
        ActionViewPage: {
            items: components["schemas"]["ActionView"][];
            /** @description Give it as `after`; null at the end */
            next: string | null;
        };
        /**
         * @description What was observed.
         * @enum {string}
         */
        Activity: "ApiCall" | "NetworkConnection" | "PortProbe" | "DnsRequest" | "KubernetesApiCall" | "RdsLogin" | "Process" | "Other";
        /** @description One entry of an incident's chain. */
        ActivityView: {
            /** @description A component's name, or a person's. */
            actor: string;
            at: components["schemas"]["Moment"];
            comment: components["schemas"]["CommentView"] | null;
            /** @description Ids, hashes and figures. */
            details: {
                [key: string]: string;
            };
            /** @description The hash of the entry and all before it. */
            hash: string;
            /** Format: int64 */
            seq: number;
            /** @description What it was done to. */
            subject: string;
            /** @description The event's name. */
            what: string;
        };
        /** @description Some of a list, in its order */
        ActivityViewPage: {
            items: components["schemas"]["ActivityView"][];
            /** @description Give it as `after`; null at the end */
            next: string | null;
        };
        /** @description How far machine and people agree. */
        AgreementView: {
            /**
             * Format: int64
             * @description Incidents about which both said something.
             */
            both: number;
            /**
             * Format: int64
             * @description The person held it for less grave.
             */
            lowered: number;
            /** @description Every pair that occurs. */
            matrix: components["schemas"]["PairView"][];
            /**
             * Format: int64
             * @description The person held it for graver.
             */
            raised: number;
            /** Format: int64 */
            same: number;
        };
        /**
         * @description Whether the analyst spoke.
         * @enum {string}
         */
        AnalysisState: "NotYet" | "Done" | "Skipped";
        /** @description What the analyst says, checked against the evidence. */
        AnalysisView: {
            /** @description Which analyst, or which model. */
            by: string;
            claims: components["schemas"]["ClaimView"][];
            /** Format: int32 */
            confidence: number;
            next_steps: string[];
            struck: components["schemas"]["StruckView"];
            summary: string;
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description What a person says.
         * @enum {string}
         */
        Answer: "Approve" | "Deny";
        /** @description A call of an AWS API. */
        ApiCallView: {
            name: string;
            service: string;
        };
        /**
         * @description Where a question to people is.
         * @enum {string}
         */
        ApprovalState: "Pending" | "Approved" | "Denied" | "Expired" | "Withdrawn";
        /** @description A question to people about one action. */
        ApprovalView: {
            action: components["schemas"]["ActionView"];
            asked_at: components["schemas"]["Moment"];
            decisions: components["schemas"]["DecisionView"][];
            /** @description When the answer becomes no. */
            expires_at: components["schemas"]["Moment"];
            /**
             * Format: int32
             * @description The generation that asks.
             */
            generation: number;
            incident: components["schemas"]["AskedAbout"];
            /**
             * Format: int64
             * @description How many further persons must.
             */
            missing: number;
            /**
             * Format: int32
             * @description How many persons must consent.
             */
            persons: number;
            /** @description The plan that asks: a decision names it. Null if the incident has a newer one. */
            plan_sha256: string | null;
            state: components["schemas"]["ApprovalState"];
        };
        /** @description Some of a list, in its order */
        ApprovalViewPage: {
            items: components["schemas"]["ApprovalView"][];
            /** @description Give it as `after`; null at the end */
            next: string | null;
        };
        /** @description What a question is about, in brief. */
        AskedAbout: {
            id: string;
            /** Format: int32 */
            priority: number | null;
            severity: components["schemas"]["Severity"];
            title: string;
            verdict: components["schemas"]["Verdict"] | null;
        };
        /** @description How urgent an incident is, and why. */
        AssessmentView: {
            /** Format: int32 */
            priority: number;
            /** @description The weightiest first. */
            reasons: components["schemas"]["ReasonView"][];
            route: components["schemas"]["Way"];
            /**
             * Format: int32
             * @description 0 to 100.
             */
            score: number;
            suppressed: components["schemas"]["SuppressedBy"] | null;
        };
        /** @description Who shall have it. */
        Assignment: {
            /** @description Null for nobody; it must be said. */
            assignee: string | null;
        };
        /** @description ATT&CK tactics and techniques of the findings in a window. */
        AttackView: {
            /** @description In the order of the matrix. */
            tactics: components["schemas"]["TacticView"][];
        };
        /** @description Something that is wrong with the ledger. */
        Broken: {
            /** @description The chain; empty if the heads together are wrong. */
            chain: string;
            /**
             * Format: int64
             * @description The first bad place; null if the chain as a whole is wrong.
             */
            seq: number | null;
            /** @description In our words. */
            what: string;
        };
        /** @description What is changed. */
        BulkChange: {
            /** @enum {string} */
            kind: "status";
            reason?: string | null;
            status: components["schemas"]["Status"];
        } | {
            /** @enum {string} */
            kind: "verdict";
            reason?: string | null;
            verdict: components["schemas"]["Verdict"];
        } | {
            /** @description Null for nobody; it must be said. */
            assignee: string | null;
            /** @enum {string} */
            kind: "assign";
        } | {
            into: string;
            /** @enum {string} */
            kind: "merge";
        };
        /** @description A change of many incidents. */
        BulkOrder: {
            change: components["schemas"]["BulkChange"];
            ids: string[];
        };
        /** @description What the role of whoever asks allows. */
        Can: {
            /** @description Tests of channels. */
            administer: boolean;
            /** @description Approvals and denials. */
            approve: boolean;
            /** @description Undoing actions. */
            reverse: boolean;
            /** @description Verdicts, assignments, comments, merges, suggestions of suppressions. */
            work: boolean;
        };
        /** @description How far a chain reaches. */
        ChainView: {
            chain: string;
            /** Format: int64 */
            count: number;
            /** @description The hash of its last entry. */
            hash: string;
        };
        /** @description Some of a list, in its order */
        ChainViewPage: {
            items: components["schemas"]["ChainView"][];
            /** @description Give it as `after`; null at the end */
            next: string | null;
        };
        /** @description What came of a change. */
        ChangedIncident: {
            /** @description The incident as it stands now. */
            incident: components["schemas"]["IncidentRow"];
            operation: components["schemas"]["Operation"];
        };
        /** @description What changed. */
        ChangesView: {
            /**
             * Format: int64
             * @description Questions that wait for people.
             */
            approvals_waiting: number;
            /** @description Ask from here on next time. */
            cursor: string;
            /** @description The incidents that changed. */
            incidents: string[];
            /** @description More changed than fits: ask again at once. */
            more: boolean;
            /**
             * Format: int64
             * @description Quarantined records.
             */
            quarantine: number;
        };
        /** @description A way to people. */
        ChannelView: {
            detail: string;
            /** @description `webhook`, `file`, `sns` */
            kind: string;
            name: string;
            /** @description `ready`, `off`, `failing` */
            state: string;
        };
        /** @description All of a short list */
        ChannelViewList: {
            items: components["schemas"]["ChannelView"][];
        };
        /** @description Which findings. */
        Chosen: {
            findings: string[];
        };
        /** @description Points at one value of the evidence. */
        Citation: {
            /** @description The finding that it is in; null for what the incident as a whole shows. */
            finding: string | null;
            /** @description A JSON pointer into the evidence document (RFC 6901). */
            pointer: string;
        };
        /** @description One statement and what shows it. */
        ClaimView: {
            citations: components["schemas"]["Citation"][];
            entities: string[];
            techniques: string[];
            text: string;
        };
        /**
         * @description Who closed an incident.
         * @enum {string}
         */
        CloserKind: "Machine" | "Person";
        /** @description Who closed an incident. */
        CloserView: {
            kind: components["schemas"]["CloserKind"];
            /** @description The person's name. */
            name: string | null;
        };
        /** @description What somebody wrote. */
        CommentView: {
            id: string;
            text: string;
        };
        /** @description A comment that was added. */
        Commented: {
            /** @description The comment's id. */
            id: string;
            operation: components["schemas"]["Operation"];
        };
        /**
         * @description Whether a control passed.
         * @enum {string}
         */
        Compliance: "Passed" | "Failed" | "Warning" | "NotAvailable";
        /** @description What the dashboard needs to know. */
        Config: {
            can: components["schemas"]["Can"];
            environment: string;
            form: components["schemas"]["Form"];
            /** @description Hosts that links may lead to, by https only. */
            link_hosts: string[];
            me: components["schemas"]["Me"];
            /** @description How far the machine may go. */
            mode: components["schemas"]["Mode"];
            /** @description The model that explains incidents; null for rules. */
            model: string | null;
            /** Format: int32 */
            poll_hidden_ms: number;
            /** Format: int32 */
            poll_visible_ms: number;
            release: string;
            severities: components["schemas"]["Severity"][];
            statuses: components["schemas"]["Status"][];
            verdicts: components["schemas"]["Verdict"][];
        };
        /** @description A consent. */
        Consent: {
            /** @description The plan that the person saw. */
            plan_sha256: string;
            /** @description Why. */
            reason?: string | null;
        };
        /** @description What a suppression would cover. */
        Covering: {
            /** @description Empty for every account. */
            account?: string | null;
            /** @description The finding type or control; a `*` at the end stands for the rest. */
            kind: string;
            /** @description Empty for every resource; a `*` at the end stands for the rest. */
            resource?: string | null;
        };
        /** @description What models cost for the incidents that were opened on a day. */
        DaySpendView: {
            day: string;
            /** Format: double */
            usd: number;
        };
        /** @description What came on a day (UTC). */
        DayView: {
            day: string;
            /** Format: int64 */
            findings: number;
            /** @description Opened, by severity. */
            incidents: {
                [key: string]: number;
            };
        };
        /** @description One person's answer. */
        DecisionView: {
            answer: components["schemas"]["Answer"];
            at: components["schemas"]["Moment"];
            person: string;
            reason: string | null;
        };
        /** @description A refusal. */
        Denial: {
            /** @description The plan that the person saw. */
            plan_sha256: string;
            /** @description Why. */
            reason: string;
        };
        /** @description Whether the parts that the API needs answer. */
        DetailedHealth: {
            /** @description Each part by name. */
            parts: {
                [key: string]: components["schemas"]["PartView"];
            };
            /** @description What runs. */
            release: string;
            /** @description `ok` or `degraded` */
            status: string;
        };
        /** @description The verdicts that incidents of one type got. */
        DetectorView: {
            detector: string;
        } & {
            [key: string]: number;
        };
        /** @description Both states of a resource that somebody changed since an action. */
        Drift: {
            /** @description What is there now; null if the resource is gone. */
            found: Record<string, never> | null;
            /** @description What the action left behind. */
            left_behind: Record<string, never>;
        };
        /** @description One relation. */
        EdgeView: {
            from: string;
            /** @description In our words. */
            label: string;
            to: string;
        };
        /** @description The incidents of an entity that are shown. */
        EntityIncidents: {
            items: components["schemas"]["IncidentRow"][];
            /** @description Always null: the others are found with the filters of the list. */
            next: string | null;
        };
        /**
         * @description What an entity is.
         * @enum {string}
         */
        EntityKind: "resource" | "principal" | "address" | "account" | "access-key";
        /** @description What is known of an entity. */
        EntityView: {
            accounts: string[];
            /** @description What was or may be done to it. */
            actions: components["schemas"]["ActionView"][];
            /**
             * Format: int64
             * @description How many findings name it.
             */
            findings: number;
            first_seen: components["schemas"]["Moment"] | null;
            id: string;
            /** @description Those with the latest activity. */
            incidents: components["schemas"]["EntityIncidents"];
            /**
             * Format: int64
             * @description How many incidents there are.
             */
            incidents_total: number;
            kind: components["schemas"]["EntityKind"];
            last_seen: components["schemas"]["Moment"] | null;
            tactics: string[];
        };
        /** @description What an analyst is shown of an incident. */
        EvidenceView: {
            /** @description The document that claims and reasons point into, with secrets and personal data taken out. */
            document: Record<string, never>;
            /**
             * Format: int64
             * @description How much was taken out.
             */
            redactions: number;
        };
        /**
         * @description What a finding is about.
         * @enum {string}
         */
        FindingClass: "Threat" | "Control" | "Vulnerability" | "Other";
        /** @description One finding with its bytes. */
        FindingDetail: components["schemas"]["FindingView"] & {
            /** @description The bytes of the newest revision as text, at most 256 KiB; hostile. Null if they are not kept. */
            raw: string | null;
            /** @description The bytes go on beyond what is shown. */
            raw_truncated: boolean;
        };
        /** @description The findings of an incident. */
        FindingPage: {
            /** @description The gravest first, of equals the newest first. */
            items: components["schemas"]["FindingView"][];
            /** @description Give it as `after` for what comes next; null at the end. */
            next: string | null;
            /**
             * Format: int64
             * @description How many the incident has.
             */
            total: number;
        };
        /**
         * @description The way a finding came.
         * @enum {string}
         */
        FindingRoute: "Asff" | "Ocsf" | "Native";
        /** @description One finding, all revisions folded. */
        FindingView: {
            /** @description Where it is. */
            account: string;
            activity: components["schemas"]["Activity"] | null;
            api: components["schemas"]["ApiCallView"] | null;
            /** @description What it is about. */
            class: components["schemas"]["FindingClass"];
            compliance: components["schemas"]["Compliance"] | null;
            /**
             * Format: int64
             * @description How often the product saw the activity.
             */
            count: number;
            created_at: components["schemas"]["Moment"] | null;
            /** @description By the product. */
            description: string;
            /**
             * Format: int64
             * @description How often it was delivered again without news.
             */
            duplicates: number;
            /** @description The severity that counts: Informational once it no longer alarms. */
            effective_severity: components["schemas"]["Severity"];
            /**
             * Format: int64
             * @description How many different events said so.
             */
            emissions: number;
            first_seen: components["schemas"]["Moment"] | null;
            /** @description What was missing or odd in the newest revision. */
            gaps: components["schemas"]["Gap"][];
            /** @description The id. */
            id: string;
            /** @description The incident that it is in. */
            incident: string;
            /** @description The product's type, or the control. */
            kind: string;
            last_seen: components["schemas"]["Moment"] | null;
            /** @description Domains, hashes, names of threats. */
            observables: components["schemas"]["ObservableView"][];
            /** @description Who vouches for it. */
            origin: components["schemas"]["Origin"];
            /** @description `aws`, `aws-cn`, ... */
            partition: string;
            /** @description Who acted. */
            principals: components["schemas"]["PrincipalView"][];
            /** @description The product that made it. */
            product: string;
            /** @description The product's own id. */
            product_id: string;
            /** @description Whether it still stands at its product. */
            record_state: components["schemas"]["RecordState"];
            /** @description Where it is; empty for global things. */
            region: string;
            /** @description The addresses at the other end. */
            remotes: components["schemas"]["RemoteView"][];
            /** @description The affected resources, the most important first. */
            resources: components["schemas"]["ResourceView"][];
            role: components["schemas"]["ResourceRole"] | null;
            /** @description The routes by which it has come. */
            routes: components["schemas"]["FindingRoute"][];
            /** @description A sample that somebody asked for. */
            sample: boolean;
            /** @description By the product. */
            severity: components["schemas"]["Severity"];
            /** @description The product's ids of the signals of an attack sequence. */
            signals: string[];
            /** @description Played by the simulator. */
            simulated: boolean;
            /** @description ATT&CK tactics by name. */
            tactics: string[];
            /** @description ATT&CK technique ids. */
            techniques: string[];
            /** @description By the product. */
            title: string;
            updated_at: components["schemas"]["Moment"] | null;
            /** @description What people did with it at its product. */
            workflow_status: components["schemas"]["WorkflowStatus"];
        };
        /**
         * @description Where ai-soc runs.
         * @enum {string}
         */
        Form: "local" | "aws";
        /** @description A field that was missing or odd. */
        Gap: {
            field: string;
            problem: components["schemas"]["GapKind"];
        };
        /**
         * @description What is wrong with a field of a finding.
         * @enum {string}
         */
        GapKind: "Missing" | "Odd" | "Unreadable";
        /** @description A verdict. */
        GivenVerdict: {
            /** @description Why. */
            reason?: string | null;
            verdict: components["schemas"]["Verdict"];
        };
        /** @description What the findings of an incident name, and how it hangs together. */
        GraphView: {
            edges: components["schemas"]["EdgeView"][];
            /** @description At most 200. */
            nodes: components["schemas"]["NodeView"][];
            /** @description Something was left out. */
            truncated: boolean;
        };
        /** @description One reason of a verdict. */
        GroundView: {
            citation: components["schemas"]["Citation"];
            text: string;
        };
        /** @description What a person should do by hand. */
        GuideView: {
            citation: components["schemas"]["Citation"];
            resource: string | null;
            text: string;
        };
        /** @description Whether the API runs. */
        Health: {
            /** @description What runs. */
            release: string;
            /** @description `ok` */
            status: string;
        };
        /** @description Incidents that a filter accepts, counted. */
        IncidentCounts: {
            by_severity: {
                [key: string]: number;
            };
            by_stage: {
                [key: string]: number;
            };
            by_status: {
                [key: string]: number;
            };
            /** @description Those without a verdict are in none. */
            by_verdict: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Assigned to whoever asks.
             */
            mine: number;
            /** Format: int64 */
            total: number;
            /**
             * Format: int64
             * @description Assigned to nobody.
             */
            unassigned: number;
            /**
             * Format: int64
             * @description With a question that waits for people.
             */
            waiting: number;
        };
        /** @description One page of the queue. */
        IncidentPage: {
            /** @description What changes later is told by `/changes` from here on. */
            cursor: string;
            items: components["schemas"]["IncidentRow"][];
            /** @description Give it as `after` for what comes next; null at the end. */
            next: string | null;
            /**
             * Format: int64
             * @description How many the filter accepts, on all pages.
             */
            total: number;
        };
        /** @description One incident in a list. */
        IncidentRow: {
            accounts: string[];
            analysis: components["schemas"]["AnalysisState"];
            assignee: string | null;
            /** @description When it was last written. */
            changed_at: components["schemas"]["Moment"];
            class: components["schemas"]["FindingClass"];
            /**
             * Format: int32
             * @description In per cent.
             */
            confidence: number;
            /** @description The one thing to name: a principal, else a resource. */
            entity: string | null;
            /** Format: int64 */
            findings: number;
            /** @description The products' clocks. */
            first_seen: components["schemas"]["Moment"];
            id: string;
            /** @description The type of the finding that gave the title. */
            kind: string;
            /** @description The products' clocks. */
            last_seen: components["schemas"]["Moment"];
            /** @description The incident that this one became part of. */
            merged_into: string | null;
            /** @description Our clock. */
            opened_at: components["schemas"]["Moment"];
            outcome: components["schemas"]["Outcome"] | null;
            /** Format: int64 */
            principals: number;
            /**
             * Format: int32
             * @description 1 (now) to 5 (whenever).
             */
            priority: number | null;
            /** Format: int64 */
            resources: number;
            /** @description Only samples are in it. */
            sample: boolean;
            severity: components["schemas"]["Severity"];
            /** @description The first eight characters behind the prefix. */
            short_id: string;
            stage: components["schemas"]["Stage"];
            status: components["schemas"]["Status"];
            tactics: string[];
            title: string;
            verdict: components["schemas"]["Verdict"] | null;
            /**
             * Format: int64
             * @description Questions that wait for people.
             */
            waiting: number;
        };
        /** @description Everything that is known of an incident, its findings and actions apart. */
        IncidentView: components["schemas"]["IncidentRow"] & {
            analysis_detail: components["schemas"]["AnalysisView"] | null;
            /** @description Why there is no analysis. */
            analysis_skipped: string | null;
            assessment: components["schemas"]["AssessmentView"] | null;
            closed_by: components["schemas"]["CloserView"] | null;
            /**
             * Format: int32
             * @description How often it grew worse.
             */
            generation: number;
            judgement: components["schemas"]["JudgementView"] | null;
            people_verdict: components["schemas"]["PeopleVerdictView"] | null;
            plan_sha256: string | null;
            principal_names: string[];
            resource_arns: string[];
            spending: components["schemas"]["SpendingView"];
        };
        /** @description How the records ended; each is in exactly one of these. */
        InputView: {
            /** Format: int64 */
            duplicates: number;
            /** Format: int64 */
            events: number;
            /**
             * Format: int64
             * @description Always 0, or there is a fault of ours.
             */
            lost: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            received: number;
            /** Format: int64 */
            recorded: number;
        };
        /** @description A change of many incidents. */
        Job: {
            by: string;
            created_at: components["schemas"]["Moment"];
            /**
             * Format: int64
             * @description How many are changed.
             */
            done: number;
            failed: components["schemas"]["JobFailure"][];
            id: string;
            state: components["schemas"]["JobState"];
            /**
             * Format: int64
             * @description How many incidents it is about.
             */
            total: number;
            /** @description The job that this one undoes. */
            undo_of: string | null;
        };
        /** @description One incident that a job did not change. */
        JobFailure: {
            code: string;
            detail: string;
            id: string;
        };
        /**
         * @description How far a job is.
         * @enum {string}
         */
        JobState: "Running" | "Done";
        /** @description The deterministic verdict, and why. */
        JudgementView: {
            because: components["schemas"]["GroundView"][];
            /** Format: int32 */
            confidence: number;
            verdict: components["schemas"]["Verdict"];
        };
        /** @description One entry of the ledger. */
        LedgerEntry: {
            actor: string;
            at: components["schemas"]["Moment"];
            chain: string;
            details: {
                [key: string]: string;
            };
            /** @description The hash of all of the above. */
            hash: string;
            /** @description The hash of the entry before. */
            prev: string;
            /**
             * Format: int64
             * @description Its place in the chain, from 0 and without gaps.
             */
            seq: number;
            subject: string;
            what: string;
        };
        /** @description Some of a list, in its order */
        LedgerEntryPage: {
            items: components["schemas"]["LedgerEntry"][];
            /** @description Give it as `after`; null at the end */
            next: string | null;
        };
        /** @description Who asks. */
        Me: {
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description A time over incidents. */
        MetricsSpan: {
            /**
             * Format: int64
             * @description How many incidents have it.
             */
            n: number;
            /**
             * Format: int64
             * @description Half of them were at least so fast.
             */
            p50_ms: number | null;
            /**
             * Format: int64
             * @description Nineteen in twenty were.
             */
            p95_ms: number | null;
        };
        /** @description What models cost. */
        MetricsSpend: {
            by_day: components["schemas"]["DaySpendView"][];
            /**
             * Format: double
             * @description Null without a limit.
             */
            cap_usd: number | null;
            /** Format: double */
            today_usd: number;
            /** Format: double */
            window_usd: number;
        };
        /** @description Figures over a window. */
        MetricsView: {
            agreement: components["schemas"]["AgreementView"];
            by_day: components["schemas"]["DayView"][];
            from: components["schemas"]["Moment"];
            /** @description Time to acknowledge: from the opening to the first thing that a person did, or that the machine had done. */
            mtta: components["schemas"]["MetricsSpan"];
            /** @description Time to contain: from the opening to when every step that was to be executed had its effect. */
            mttc: components["schemas"]["MetricsSpan"];
            /** @description Time to detect: from the earliest activity (the products' clocks) to the opening of the incident (ours). */
            mttd: components["schemas"]["MetricsSpan"];
            /** @description Time to resolve: from the opening to when the incident was resolved, or closed without that. */
            mttr: components["schemas"]["MetricsSpan"];
            /**
             * Format: int64
             * @description Neither resolved nor closed.
             */
            open: number;
            reduction: components["schemas"]["ReductionView"];
            spend: components["schemas"]["MetricsSpend"];
            to: components["schemas"]["Moment"];
            /** @description By detector: how many incidents got which verdict, a person's where there is one. */
            verdicts: components["schemas"]["DetectorView"][];
            /** @description The window that was asked for. */
            window: components["schemas"]["MetricsWindow"];
        };
        /**
         * @description A stretch of time up to now.
         * @enum {string}
         */
        MetricsWindow: "24h" | "7d" | "30d" | "all";
        /**
         * @description How far the machine may go.
         * @enum {string}
         */
        Mode: "off" | "dry-run" | "approve" | "auto";
        /**
         * Format: date-time
         * @description RFC 3339, UTC, milliseconds
         */
        Moment: string;
        /**
         * @description Who says so.
         * @enum {string}
         */
        MomentSource: "product" | "machine" | "person";
        /** @description One moment. */
        MomentView: {
            action: string | null;
            actor: string | null;
            at: components["schemas"]["Moment"];
            finding: string | null;
            source: components["schemas"]["MomentSource"];
            /** @description In words; of a finding its title, which is hostile. */
            text: string;
            /** @description The event's name. */
            what: string;
        };
        /** @description Nothing more is needed. */
        NoMore: Record<string, never>;
        /**
         * @description What a thing is.
         * @enum {string}
         */
        NodeKind: "resource" | "principal" | "address" | "account" | "finding";
        /** @description One thing. */
        NodeView: {
            detail: string | null;
            /** @description Unique in the graph. */
            id: string;
            kind: components["schemas"]["NodeKind"];
            label: string;
            severity: components["schemas"]["Severity"] | null;
        };
        /**
         * @description What an observable is.
         * @enum {string}
         */
        ObservableKind: "Domain" | "Hash" | "Path" | "Threat" | "UserAgent";
        /** @description A thing that can be looked for elsewhere. */
        ObservableView: {
            kind: components["schemas"]["ObservableKind"];
            value: string;
        };
        /** @description A change that can be undone. */
        Operation: {
            at: components["schemas"]["Moment"];
            by: string;
            id: string;
            /** @description The incidents that it changed, the one that it was asked for first. */
            incidents: string[];
            /** @description `verdict`, `assign`, `status`, `comment`, `merge`, `split` */
            kind: string;
            undo_until: components["schemas"]["Moment"] | null;
            undone_at: components["schemas"]["Moment"] | null;
        };
        /**
         * @description Who vouches for a finding.
         * @enum {string}
         */
        Origin: "Owner" | "Bus";
        /**
         * @description How the response of a generation ended.
         * @enum {string}
         */
        Outcome: "NothingToDo" | "Contained" | "Partial" | "NeedsPerson";
        /** @description What both said about the same incidents. */
        PairView: {
            machine: components["schemas"]["Verdict"];
            /** Format: int64 */
            n: number;
            person: components["schemas"]["Verdict"];
        };
        /** @description Whether one part answers. */
        PartView: {
            /** Format: int64 */
            latency_ms: number;
            state: components["schemas"]["Reach"];
        };
        /** @description What a person concluded. */
        PeopleVerdictView: {
            at: components["schemas"]["Moment"];
            by: string;
            reason: string | null;
            verdict: components["schemas"]["Verdict"];
        };
        /** @description How the pipeline stands. */
        PipelineView: {
            /**
             * Format: int64
             * @description Messages that were given up on; null where nobody knows.
             */
            dead_letters: number | null;
            input: components["schemas"]["InputView"] | null;
            /**
             * Format: int64
             * @description Executions that are still to be started.
             */
            outbox: number;
            /**
             * Format: int64
             * @description Executions that wait; null where nobody knows.
             */
            parked: number | null;
            /** @description Each part by name. */
            parts: {
                [key: string]: components["schemas"]["PartView"];
            };
            /**
             * Format: int64
             * @description Records that could not be read.
             */
            quarantine: number;
            spend: components["schemas"]["SpendView"];
            /** @description In their order. */
            stages: components["schemas"]["StageView"][];
        };
        /** @description One action of a plan. */
        PlanStep: {
            account: string;
            action_id: string;
            approval: components["schemas"]["ApprovalState"] | null;
            /** @description What was there when the plan was made. */
            before: Record<string, never> | null;
            /** Format: int32 */
            blast_radius: number;
            /** @description What would change, setting by setting, in our words; null where the machine never does it. */
            change: string | null;
            /** @description What it does and how it is undone, in our words. */
            describe: string;
            /** @description The finding that calls for it. */
            finding: string;
            kind: components["schemas"]["ActionKind"];
            parameters: {
                [key: string]: string;
            };
            /** Format: int32 */
            persons: number;
            /** @description Why not a freer tier. */
            reasons: string[];
            region: string;
            /** @description The ARN. */
            resource: string;
            state: components["schemas"]["ActionState"] | null;
            tier: components["schemas"]["Tier"];
        };
        /** @description The response plan of one generation. */
        PlanView: {
            /** Format: int32 */
            generation: number;
            /** @description What is left to people. */
            guides: components["schemas"]["GuideView"][];
            /** @description How far the machine may go. */
            mode: components["schemas"]["Mode"];
            /** @description Identifies exactly this plan; decisions name it. */
            sha256: string;
            steps: components["schemas"]["PlanStep"][];
        };
        /** @description Who acted. */
        PrincipalView: {
            access_key_id: string | null;
            account: string;
            kind: string;
            name: string;
            principal_id: string | null;
        };
        /** @description The form of a problem on the wire (RFC 9457). */
        Problem: {
            /** @description For programs. */
            code: components["schemas"]["ProblemCode"];
            /** @description What is wrong here, for people. */
            detail: string;
            drift?: components["schemas"]["Drift"] | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The code in words. */
            title: string;
            /** @description `urn:ai-soc:problem:` and the code. */
            type: string;
        };
        /**
         * @description The closed list of what can go wrong, for programs.
         * @enum {string}
         */
        ProblemCode: "bad_request" | "unauthorized" | "forbidden" | "not_found" | "method_not_allowed" | "conflict" | "stale_plan" | "too_large" | "unsupported_media_type" | "misdirected" | "rate_limited" | "unavailable" | "internal";
        /** @description A suppression that somebody wants. */
        Proposed: {
            /** @description Empty for every account. */
            account?: string | null;
            /**
             * Format: date-time
             * @description Until when; 90 days from now at most.
             */
            expires: string;
            /** @description The finding type or control; a `*` at the end stands for the rest. */
            kind: string;
            /** @description Why it is accepted. */
            reason: string;
            /** @description Empty for every resource; a `*` at the end stands for the rest. */
            resource?: string | null;
        };
        /** @description One record with its bytes. */
        QuarantineDetail: components["schemas"]["QuarantineRow"] & {
            /** @description The first 64 KiB as text; hostile. Null if they are gone. */
            raw: string | null;
        };
        /** @description One page of records that could not be read. */
        QuarantinePage: {
            items: components["schemas"]["QuarantineRow"][];
            /** @description Give it as `after` for what comes next; null at the end. */
            next: string | null;
            /**
             * Format: int64
             * @description How many there are.
             */
            total: number;
        };
        /** @description A record that could not be read. */
        QuarantineRow: {
            at: components["schemas"]["Moment"];
            id: string;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            length: number;
            /**
             * Format: int64
             * @description The line at which it begins, from 1.
             */
            line: number;
            /**
             * Format: int64
             * @description The byte at which it begins.
             */
            offset: number;
            /** @description Why it could not be read, in our words. */
            reason: string;
            /**
             * Format: int32
             * @description How often it was read again since.
             */
            replays: number;
            /** @description Where it came from. */
            source: string;
        };
        /**
         * @description Whether something answers.
         * @enum {string}
         */
        Reach: "up" | "down";
        /** @description One reason of an assessment. */
        ReasonView: {
            citation: components["schemas"]["Citation"];
            code: string;
            text: string;
            /** Format: int32 */
            weight: number;
        };
        /**
         * @description Whether a finding still stands at its product.
         * @enum {string}
         */
        RecordState: "Active" | "Archived";
        /** @description How many findings became how many incidents. */
        ReductionView: {
            /** Format: int64 */
            findings: number;
            /** Format: int64 */
            incidents: number;
        };
        /** @description An address at the other end. */
        RemoteView: {
            country: string | null;
            ip: string;
            /** @description Its owner. */
            org: string | null;
            /** Format: int32 */
            port: number | null;
            threat_lists: string[];
        };
        /**
         * @description What came of reading a record again.
         * @enum {string}
         */
        ReplayState: "Read" | "StillUnreadable";
        /** @description What came of reading a record again. */
        Replayed: {
            /** @description Why it still cannot be read, in our words. */
            reason: string | null;
            state: components["schemas"]["ReplayState"];
        };
        /**
         * @description What a resource is.
         * @enum {string}
         */
        ResourceKind: "AwsEc2Instance" | "AwsIamAccessKey" | "AwsIamUser" | "AwsIamRole" | "AwsS3Bucket" | "AwsS3Object" | "AwsEksCluster" | "AwsEcsCluster" | "Container" | "KubernetesWorkload" | "AwsRdsDbInstance" | "AwsLambdaFunction" | "AwsEc2Volume" | "AwsEc2SecurityGroup" | "AwsAccount" | "Other";
        /**
         * @description The part that a resource played.
         * @enum {string}
         */
        ResourceRole: "Target" | "Actor";
        /** @description One affected thing. */
        ResourceView: {
            account: string;
            arn: string;
            /** @description The short id. */
            id: string;
            kind: components["schemas"]["ResourceKind"];
            region: string;
            tags: {
                [key: string]: string;
            };
        };
        /**
         * @description How far a reversal is.
         * @enum {string}
         */
        ReversalState: "Reversed" | "LeftToRunner";
        /** @description What came of a wish to undo an action. */
        ReversalView: {
            action: components["schemas"]["ActionView"] | null;
            /** @description `LeftToRunner`: it is written down, and whoever drives does it or refuses. */
            state: components["schemas"]["ReversalState"];
        };
        /**
         * @description What a person may do; each role may do all that the ones before it may.
         * @enum {string}
         */
        Role: "viewer" | "analyst" | "approver" | "admin";
        /** @description A status. */
        SetStatus: {
            /** @description Why. */
            reason?: string | null;
            status: components["schemas"]["Status"];
        };
        /**
         * @description How bad.
         * @enum {string}
         */
        Severity: "Informational" | "Low" | "Medium" | "High" | "Critical";
        /** @description Money for models. */
        SpendView: {
            /**
             * Format: double
             * @description Null without a limit.
             */
            cap_usd: number | null;
            /** Format: double */
            today_usd: number;
        };
        /** @description What models cost for one incident. */
        SpendingView: {
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            input_tokens: number;
            /** Format: int64 */
            output_tokens: number;
            /** Format: double */
            usd: number;
        };
        /** @description What came of a split. */
        SplitIncident: {
            /** @description The new one. */
            created: components["schemas"]["IncidentRow"];
            /** @description The incident as it stands now. */
            incident: components["schemas"]["IncidentRow"];
            operation: components["schemas"]["Operation"];
        };
        /**
         * @description Where the machine is with an incident.
         * @enum {string}
         */
        Stage: "Recorded" | "Open" | "Triaged" | "Analysed" | "AnalysisSkipped" | "Planned" | "AwaitingApproval" | "Acting" | "Contained" | "Partial" | "NeedsPerson" | "Done";
        /** @description One stage. */
        StageView: {
            /** Format: int64 */
            done: number;
            /** Format: int64 */
            failed: number;
            name: string;
            /** Format: int64 */
            running: number;
            /** Format: int64 */
            waiting: number;
        };
        /**
         * @description Where people are with an incident.
         * @enum {string}
         */
        Status: "New" | "InProgress" | "OnHold" | "Resolved" | "Closed";
        /** @description How much of an answer was taken out because the evidence does not bear it. */
        StruckView: {
            /** Format: int32 */
            claims: number;
            /** Format: int32 */
            entities: number;
            /** Format: int32 */
            techniques: number;
            /** Format: int32 */
            verdicts: number;
        };
        /** @description The suppression that held. */
        SuppressedBy: {
            account: string;
            expires: string;
            kind: string;
            owner: string;
            reason: string;
            resource: string;
        };
        /** @description What is known and accepted. */
        Suppression: {
            /** @description Empty for every account. */
            account: string;
            /** @description Whether it holds now. */
            active: boolean;
            /** @description Who consented. */
            consents: string[];
            created_at: components["schemas"]["Moment"] | null;
            /** @description Until when, as it was written. */
            expires: string;
            /** @description Null for those of the policy. */
            id: string | null;
            /** @description The finding type or control; a `*` at the end stands for the rest. */
            kind: string;
            /** @description Who answers for it. */
            owner: string;
            reason: string;
            /** @description Empty for every resource; a `*` at the end stands for the rest. */
            resource: string;
            source: components["schemas"]["SuppressionSource"];
            state: components["schemas"]["SuppressionState"];
        };
        /** @description All of a short list */
        SuppressionList: {
            items: components["schemas"]["Suppression"][];
        };
        /** @description What a suppression would have hidden. */
        SuppressionPreview: {
            /**
             * Format: int64
             * @description Incidents that it covers and that nothing may hide: they are shown all the same.
             */
            critical: number;
            /**
             * Format: int64
             * @description How many findings those have.
             */
            findings: number;
            /**
             * Format: int64
             * @description Incidents of which it covers every alarming finding.
             */
            incidents: number;
            /** @description Why it may not be proposed. */
            refused: string | null;
            /** @description The newest of them. */
            samples: components["schemas"]["IncidentRow"][];
            /** Format: int64 */
            window_days: number;
        };
        /**
         * @description Where a suppression comes from.
         * @enum {string}
         */
        SuppressionSource: "policy" | "people";
        /**
         * @description Where a suppression is.
         * @enum {string}
         */
        SuppressionState: "Proposed" | "Active" | "Expired" | "Removed";
        /** @description Where it goes. */
        Survivor: {
            /** @description The incident that gets all findings. */
            into: string;
        };
        /** @description One tactic. */
        TacticView: {
            name: string;
            /** @description Those in the most incidents first. */
            techniques: components["schemas"]["TechniqueView"][];
        };
        /** @description One technique. */
        TechniqueView: {
            /** Format: int64 */
            findings: number;
            /** @description Empty for findings that name a tactic alone. */
            id: string;
            /** Format: int64 */
            incidents: number;
            name: string;
            /** @description The greatest. */
            severity: components["schemas"]["Severity"];
        };
        /** @description What came of a test. */
        Tested: {
            /** @description In our words. */
            detail: string;
            sent: boolean;
        };
        /**
         * @description Who may start an action.
         * @enum {string}
         */
        Tier: "auto" | "approve" | "guide";
        /** @description What happened, the earliest first. */
        TimelineView: {
            items: components["schemas"]["MomentView"][];
            /** @description Something was left out. */
            truncated: boolean;
        };
        /**
         * @description What an incident turned out to be.
         * @enum {string}
         */
        Verdict: "TruePositive" | "FalsePositive" | "Benign" | "Suspicious" | "Duplicate" | "Test" | "InsufficientData";
        /** @description Whether the ledger is intact. */
        Verified: {
            /**
             * Format: int64
             * @description How many chains were looked at.
             */
            chains: number;
            /**
             * Format: int64
             * @description How many entries were read.
             */
            entries: number;
            intact: boolean;
            problem: components["schemas"]["Broken"] | null;
        };
        /**
         * @description Where an incident goes after triage.
         * @enum {string}
         */
        Way: "record" | "notify" | "respond";
        /** @description A wish to undo an action. */
        Wish: {
            /** @description Why. */
            reason?: string | null;
        };
        /**
         * @description What people did with a finding at its product.
         * @enum {string}
         */
        WorkflowStatus: "New" | "Notified" | "Suppressed" | "Resolved";
        /** @description What somebody writes. */
        Writing: {
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    actions: {
        parameters: {
            query?: {
                /** @description In one of these states. */
                state?: components["schemas"]["ActionState"][];
                /** @description Of one of these kinds. */
                kind?: components["schemas"]["ActionKind"][];
                /** @description Of this incident. */
                incident?: string;
                /** @description In one of these accounts. */
                account?: string[];
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionViewPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The action's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The action's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Wish"];
            };
        };
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReversalView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals: {
        parameters: {
            query?: {
                /** @description In one of these states. */
                state?: components["schemas"]["ApprovalState"][];
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalViewPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The action's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Consent"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deny: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The action's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Denial"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attack: {
        parameters: {
            query?: {
                /** @description Up to now. */
                window?: components["schemas"]["MetricsWindow"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttackView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attack_layer: {
        parameters: {
            query?: {
                /** @description Up to now. */
                window?: components["schemas"]["MetricsWindow"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/csv": string;
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changes: {
        parameters: {
            query?: {
                /** @description A `cursor` of a list or of this route; without it nothing but the present one. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesView"];
                };
            };
            /** @description It is what you have */
            304: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    channels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelViewList"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    channel_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The channel's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoMore"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tested"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    entity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What it is. */
                kind: "resource" | "principal" | "address" | "account" | "access-key";
                /** @description Its ARN, name, address, number or id, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query: {
                /** @description One of these. */
                status?: components["schemas"]["Status"][];
                /** @description One of these. */
                severity?: components["schemas"]["Severity"][];
                /** @description One of these. */
                verdict?: components["schemas"]["Verdict"][];
                /** @description One of these. */
                stage?: components["schemas"]["Stage"][];
                /** @description One of its accounts is one of these; a `*` at the end stands for the rest. */
                account?: string[];
                /** @description One of its ATT&CK tactics is one of these. */
                tactic?: string[];
                /** @description Its type is one of these; a `*` at the end stands for the rest. */
                kind?: string[];
                /** @description `me`, `none` or a name; one of these. */
                assignee?: string[];
                /** @description One of its resources is one of these, by ARN; a `*` at the end stands for the rest. */
                resource?: string[];
                /** @description Each of these words is in its title, type, id, accounts, principals or resources. */
                q?: string;
                /** @description One of these. */
                priority?: number[];
                /** @description Active at this time or later. */
                from?: string;
                /** @description Active at this time or earlier. */
                to?: string;
                /** @description Whether a question about it waits for people. */
                waiting?: boolean;
                /** @description Whether only samples are in it. */
                sample?: boolean;
                /** @description Also those that were merged into others. */
                merged?: boolean;
                /** @description As what. */
                format: "csv" | "json" | "ocsf";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/csv": string;
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The finding's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingDetail"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_detailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedHealth"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incidents: {
        parameters: {
            query?: {
                /** @description One of these. */
                status?: components["schemas"]["Status"][];
                /** @description One of these. */
                severity?: components["schemas"]["Severity"][];
                /** @description One of these. */
                verdict?: components["schemas"]["Verdict"][];
                /** @description One of these. */
                stage?: components["schemas"]["Stage"][];
                /** @description One of its accounts is one of these; a `*` at the end stands for the rest. */
                account?: string[];
                /** @description One of its ATT&CK tactics is one of these. */
                tactic?: string[];
                /** @description Its type is one of these; a `*` at the end stands for the rest. */
                kind?: string[];
                /** @description `me`, `none` or a name; one of these. */
                assignee?: string[];
                /** @description One of its resources is one of these, by ARN; a `*` at the end stands for the rest. */
                resource?: string[];
                /** @description Each of these words is in its title, type, id, accounts, principals or resources. */
                q?: string;
                /** @description One of these. */
                priority?: number[];
                /** @description Active at this time or later. */
                from?: string;
                /** @description Active at this time or earlier. */
                to?: string;
                /** @description Whether a question about it waits for people. */
                waiting?: boolean;
                /** @description Whether only samples are in it. */
                sample?: boolean;
                /** @description Also those that were merged into others. */
                merged?: boolean;
                /** @description The order. */
                sort?: "importance" | "-last_seen" | "last_seen" | "-severity" | "-opened_at" | "opened_at" | "-changed_at";
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bulk: {
        parameters: {
            query?: never;
            header: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkOrder"];
            };
        };
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_counts: {
        parameters: {
            query?: {
                /** @description One of these. */
                status?: components["schemas"]["Status"][];
                /** @description One of these. */
                severity?: components["schemas"]["Severity"][];
                /** @description One of these. */
                verdict?: components["schemas"]["Verdict"][];
                /** @description One of these. */
                stage?: components["schemas"]["Stage"][];
                /** @description One of its accounts is one of these; a `*` at the end stands for the rest. */
                account?: string[];
                /** @description One of its ATT&CK tactics is one of these. */
                tactic?: string[];
                /** @description Its type is one of these; a `*` at the end stands for the rest. */
                kind?: string[];
                /** @description `me`, `none` or a name; one of these. */
                assignee?: string[];
                /** @description One of its resources is one of these, by ARN; a `*` at the end stands for the rest. */
                resource?: string[];
                /** @description Each of these words is in its title, type, id, accounts, principals or resources. */
                q?: string;
                /** @description One of these. */
                priority?: number[];
                /** @description Active at this time or later. */
                from?: string;
                /** @description Active at this time or earlier. */
                to?: string;
                /** @description Whether a question about it waits for people. */
                waiting?: boolean;
                /** @description Whether only samples are in it. */
                sample?: boolean;
                /** @description Also those that were merged into others. */
                merged?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentCounts"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_activity: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityViewPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Assignment"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedIncident"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Writing"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commented"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_findings: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_graph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    merge: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Survivor"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedIncident"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    split: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Chosen"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SplitIncident"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_status: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetStatus"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedIncident"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incident_timeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    give_verdict: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The incident's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivenVerdict"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedIncident"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The job's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoMore"];
            };
        };
        responses: {
            /** @description Taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledger: {
        parameters: {
            query?: {
                /** @description Only of this chain: an incident's id, or `soc`. */
                chain?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerEntryPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledger_chains: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainViewPage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledger_verify: {
        parameters: {
            query?: {
                /** @description Only this chain; else all of them. */
                chain?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verified"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: {
                /** @description Up to now. */
                window?: components["schemas"]["MetricsWindow"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The operation's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoMore"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineView"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quarantine: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many rows at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantinePage"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quarantined: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The record's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantineDetail"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The record's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoMore"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suppressions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionList"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    propose_suppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proposed"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_suppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Covering"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuppressionPreview"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_suppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The suppression's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consent_suppression: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers the same; with another body 409. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The suppression's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoMore"];
            };
        };
        responses: {
            /** @description As asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suppression"];
                };
            };
            /** @description bad_request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not_found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description rate_limited */
            429: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description unavailable */
            503: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
