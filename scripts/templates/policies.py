"""Reads every IAM policy in the templates and asks parliament about it; prints what it finds and fails if it finds any.

Apart from check_templates.sh because policies stand inside templates, with functions where parliament wants strings: what
a function gives is not known here, so a text of the right shape stands in for it.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, Iterator

import parliament
import yaml

# What AWS would fill in. Any account and region do; what is left is a name.
PSEUDO = {
    "AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "123456789012", "AWS::URLSuffix": "amazonaws.com",
    "KeyArn": "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    "RootKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-1111-1111-111111111111",
    "Ledger": "arn:aws:dynamodb:eu-central-1:123456789012:table/ledger",
    "RedactionSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redaction-abcdef",
    "OriginSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:origin-abcdef",
    "TopicArn": "arn:aws:sns:eu-central-1:123456789012:notices",
    "EventsDlqArn": "arn:aws:sqs:eu-central-1:123456789012:events-dlq",
    "Findings.Arn": "arn:aws:kinesis:eu-central-1:123456789012:stream/findings",
    "SocAccount": "210987654321", "SocRegion": "eu-central-1",
}
FUNCTION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:name:live"

# What parliament says although it is as it should be: policy, issue, and the reason.
ACCEPTED = {
    ("AnalyzeRole/analyze", "RESOURCE_MISMATCH"): "a model or a profile is enough; the other kinds of resource are not ours",
    ("ResponseBoundary", "RESOURCE_STAR"): "a boundary gives nothing; the role that it bounds names its resources",
}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def function(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {("Ref" if suffix == "Ref" else f"Fn::{suffix}"): value}


Loader.add_multi_constructor("!", function)


def known(name: str) -> str:
    if name.endswith("Arn") and name[:-3] in {"Ingest", "Triage", "Analyze", "Remediate", "Notify", "Api", "Sweep"}:
        return FUNCTION_ARN
    return PSEUDO.get(name, name)


def resolved(value: Any) -> Any:
    """The policy with every function replaced by a text of its shape; the first branch of a condition."""
    if isinstance(value, list):
        return [one for one in (resolved(item) for item in value) if one is not None]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, inner), = value.items()
        if name == "Ref":
            return None if inner == "AWS::NoValue" else known(inner)
        if name == "Fn::GetAtt":
            return known(inner)
        if name == "Fn::If":
            return resolved(inner[1])
        if name == "Fn::Sub":
            text = inner if isinstance(inner, str) else inner[0]
            return re.sub(r"\$\{([^}]+)\}", lambda found: known(found[1]), text)
        if name.startswith("Fn::"):
            return "name"
    return {key: resolved(item) for key, item in value.items()}


def policies(template: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", []):
                yield f"{name}/{policy['PolicyName']}", policy["PolicyDocument"]
        elif resource["Type"] == "AWS::IAM::ManagedPolicy":
            yield name, properties["PolicyDocument"]


def main() -> int:
    count, faults = 0, []
    for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
        template = yaml.load(path.read_text(encoding="utf-8"), Loader)
        for name, document in policies(template):
            count += 1
            policy = parliament.analyze_policy_string(json.dumps(resolved(document)), private_auditors_custom_path=None)
            for finding in policy.findings:
                if (name, finding.issue) not in ACCEPTED:
                    faults.append(f"{path}: {name}: {finding.issue}: {finding.detail} {finding.location}")
    print("\n".join(faults) or f"parliament: {count} policies, nothing found")
    return 1 if faults or count < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
