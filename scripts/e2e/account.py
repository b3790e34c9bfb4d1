"""The emulated customer account: what the findings of the run are about, and how it looks afterwards."""

from typing import Any

from e2e.records import Scene
from testbed.service import Service

QUARANTINE_TAG = {"Key": "ai-soc:quarantine", "Value": "true"}
DEV = {"Key": "Environment", "Value": "dev"}


class Account:
    """IAM is the emulator's, EC2 stands beside it."""

    def __init__(self, iam: Service, ec2: Service) -> None:
        self.iam: Any = iam.client("iam")
        self.ec2: Any = ec2.client("ec2")
        self.scene = self.prepare()

    def prepare(self) -> Scene:
        vpc = self.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        group = self.ec2.create_security_group(GroupName="workload", Description="workload", VpcId=vpc)["GroupId"]
        closed = self.ec2.create_security_group(GroupName="closed", Description="closed", VpcId=vpc)["GroupId"]
        self.ec2.create_tags(Resources=[closed], Tags=[QUARANTINE_TAG])
        instance = self.ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [DEV]}],
        )["Instances"][0]
        return Scene(
            **self.user("auto", [DEV]), **self.user("asked", []), **self.user("forged", [DEV]),
            instance=instance["InstanceId"], subnet=subnet, vpc=vpc, group=group,
            interface=instance["NetworkInterfaces"][0]["NetworkInterfaceId"],
        )

    def user(self, name: str, tags: list[dict[str, str]]) -> dict[str, str]:
        user = f"deploy-{name}"
        self.iam.create_user(UserName=user, Tags=tags)
        key = self.iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
        return {f"{name}_user": user, f"{name}_key": key}

    def key_status(self, user: str) -> str:
        return str(self.iam.list_access_keys(UserName=user)["AccessKeyMetadata"][0]["Status"])

    def groups_of_instance(self) -> list[str]:
        found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[self.scene.interface])
        return sorted(group["GroupId"] for group in found["NetworkInterfaces"][0]["Groups"])

    def snapshots(self) -> int:
        return len(self.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])
